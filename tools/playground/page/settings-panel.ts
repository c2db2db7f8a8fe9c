import { byId, make, setOptions, setText } from './dom.ts';
import type { Live } from './live.ts';
import { post, problemOf } from './post.ts';

const EXAMPLES: readonly { readonly label: string; readonly settings: object }[] = [
  { label: 'Monitor: block nothing, log all', settings: { mode: 'monitor' } },
  { label: 'Lockdown: only what a rule allows', settings: { mode: 'lockdown' } },
  { label: 'Deny countries without a rule', settings: { defaultCountry: 'deny' } },
  { label: 'Landlines are blocked', settings: { channels: { landline: 'block' } } },
  { label: 'Brazil by WhatsApp', settings: { channels: { byCountry: { BR: 'whatsapp' } } } },
];
const CHECK_AFTER_MS = 250;

const text = byId('settings-text', HTMLTextAreaElement);
const hints = byId('settings-hints', HTMLElement);
const example = byId('settings-example', HTMLSelectElement);

/** The document `settings/gateway`. */
export function startSettingsPanel(live: Live): void {
  let saved: string | null = null;
  setOptions(example, [
    { value: '', label: 'Examples …' },
    ...EXAMPLES.map(({ label, settings }) => ({ value: JSON.stringify(settings, null, 2), label })),
  ]);
  live.on('operator', ({ settings, settingsProblems }) => {
    const isEdited = text.value !== (saved ?? '');
    const isNews = settings !== saved;
    saved = settings;
    // What is being typed is not overwritten.
    if (!isNews || isEdited) return;
    const isSame = isSameJson(text.value, settings);
    text.value = settings ?? '';
    if (!isSame) showHints(settingsProblems);
  });
  example.addEventListener('change', () => {
    text.value = example.value;
    example.selectedIndex = 0;
    void check();
  });
  let timer = 0;
  text.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), CHECK_AFTER_MS);
  });
  byId('settings-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    void save();
  });
  byId('remove-settings', HTMLButtonElement).addEventListener('click', () => {
    void attempt(async () => {
      await post('settings/remove');
      text.value = '';
      saved = null;
      setText(hints, 'Removed: all settings are at their defaults.');
    });
  });

  async function save(): Promise<void> {
    await attempt(async () => {
      const { problems } = await post<{ problems: readonly string[] }>('settings', { text: text.value });
      saved = text.value;
      if (problems.length > 0) showHints(problems);
      else setText(hints, 'Saved.');
    });
  }
}

/** Whether a document is what was just saved here, whose hints are shown already. */
function isSameJson(shown: string, settings: string | null): boolean {
  if (settings === null) return shown.trim() === '';
  try {
    return JSON.stringify(JSON.parse(shown)) === JSON.stringify(JSON.parse(settings));
  } catch {
    return false;
  }
}

async function check(): Promise<void> {
  if (text.value.trim() === '') {
    showHints([]);
    return;
  }
  await attempt(async () => {
    const { problems } = await post<{ problems: readonly string[] }>('settings/check', { text: text.value });
    showHints(problems);
  });
}

async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    showHints([problemOf(error)]);
  }
}

function showHints(problems: readonly string[]): void {
  text.setAttribute('aria-invalid', String(problems.length > 0));
  hints.replaceChildren(...problems.map((problem) => make('p', { class: 'problem' }, problem)));
}
