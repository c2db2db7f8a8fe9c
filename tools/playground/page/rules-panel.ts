import type { RuleRow, RulesReading } from '../live-state.ts';
import { byId, make, setOptions, setText, timeOf } from './dom.ts';
import type { Live } from './live.ts';
import { post, problemOf } from './post.ts';
import { createListView } from './show-list.ts';

const ACTIONS = ['block', 'monitor', 'allow'];
const EXPIRIES = [
  { value: 'keep', label: '' },
  { value: 'never', label: 'never expires' },
  { value: '60', label: 'in 1 minute' },
  { value: '600', label: 'in 10 minutes' },
  { value: '0', label: 'expire now' },
];

const result = byId('rule-result', HTMLElement);
const reading = byId('reading', HTMLElement);

/** The operator's rules. */
export function startRulesPanel(live: Live): void {
  const id = byId('rule-id', HTMLInputElement);
  const noRules = byId('no-rules', HTMLElement);
  const showList = createListView(byId('rules', HTMLElement), {
    keyOf: (rule: RuleRow) => rule.id,
    create: createRow,
    update: updateRow,
  });
  live.on('operator', ({ rules, problem }) => {
    showList(rules);
    noRules.hidden = rules.length > 0;
    if (problem !== null) setText(result, problem);
  });
  live.on('reading', showReading);
  byId('rule-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const expiry = byId('rule-expiry', HTMLSelectElement).value;
    const order = {
      id: id.value,
      action: byId('rule-action', HTMLSelectElement).value,
      expiresInSeconds: expiry === '' ? null : Number(expiry),
    };
    void change('rule', order, `${id.value.trim()} is saved.`).then((isDone) => {
      if (isDone) id.value = '';
    });
  });
}

function showReading({ readAt, isPending }: RulesReading): void {
  reading.dataset['readAt'] = readAt ?? '';
  if (isPending) setText(reading, 'saved; the gateway is about to read it …');
  else setText(reading, readAt === null ? 'the collection blocklist' : `in force since ${timeOf(readAt)}`);
}

async function change(action: string, body: object, sentence: string): Promise<boolean> {
  try {
    await post(action, body);
    setText(result, sentence);
    return true;
  } catch (error) {
    setText(result, problemOf(error));
    return false;
  }
}

function createRow(rule: RuleRow): HTMLLIElement {
  const { id } = rule;
  const action = make('select', { class: 'small', 'aria-label': `Action of ${id}` });
  setOptions(
    action,
    ACTIONS.map((value) => ({ value, label: value })),
  );
  const expiry = make('select', { class: 'small', 'aria-label': `Expiry of ${id}` });
  setOptions(expiry, EXPIRIES);
  const remove = make('button', { type: 'button', class: 'small', 'aria-label': `Remove ${id}` }, 'Remove');
  action.addEventListener('change', () => {
    void change('rule', { id, action: action.value }, `${id}: ${action.value}.`);
  });
  expiry.addEventListener('change', () => {
    const { value } = expiry;
    const expiresInSeconds = value === 'never' ? null : Number(value);
    expiry.value = 'keep';
    if (value !== 'keep') void change('rule', { id, expiresInSeconds }, `${id}: the expiry is changed.`);
  });
  remove.addEventListener('click', () => {
    void change('rule/remove', { id }, `${id} is removed.`).then(() =>
      byId('rule-id', HTMLInputElement).focus(),
    );
  });
  const row = make(
    'li',
    { class: 'rule' },
    make('span', { class: 'rule-id' }, make('code', {}, id), make('span', { class: 'quiet' })),
    action,
    expiry,
    remove,
  );
  updateRow(row, rule);
  return row;
}

function updateRow(row: HTMLLIElement, rule: RuleRow): void {
  const [action, expiry] = row.querySelectorAll('select');
  const note = row.querySelector<HTMLElement>('.quiet');
  if (action === undefined || expiry === undefined || note === null) return;
  if (document.activeElement !== action) action.value = rule.action;
  const kept = expiry.options[0];
  if (kept !== undefined) setText(kept, expiryText(rule.expiresAt));
  row.classList.toggle('off', !rule.isRule || isExpired(rule.expiresAt));
  setText(note, noteOf(rule));
}

function noteOf({ isRule, problems, reason, source }: RuleRow): string {
  if (problems.length > 0) return problems.join('; ');
  if (!isRule) return 'switched off';
  return [reason, source === null ? null : `by ${source}`].filter((text) => text !== null).join(', ');
}

function expiryText(expiresAt: string | null): string {
  if (expiresAt === null) return 'no expiry';
  if (isExpired(expiresAt)) return 'expired';
  const isToday = new Date(expiresAt).toDateString() === new Date().toDateString();
  return `until ${isToday ? timeOf(expiresAt) : new Date(expiresAt).toISOString().slice(0, 10)}`;
}

function isExpired(expiresAt: string | null): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}
