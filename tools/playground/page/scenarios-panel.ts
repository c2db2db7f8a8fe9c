import type { Choices, ScenarioRun, ScenarioStep } from '../live-state.ts';
import { byId, make, setText } from './dom.ts';
import type { Live } from './live.ts';
import { post, problemOf } from './post.ts';
import { createListView } from './show-list.ts';

const list = byId('scenario-buttons', HTMLElement);
const run = byId('scenario-run', HTMLElement);

const MARKS: Readonly<Record<ScenarioStep['state'], string>> = {
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
};

/** What can happen to a gateway, by one click. */
export function startScenariosPanel(live: Live): void {
  live.on('choices', showButtons);
  const heading = make('h3', {});
  const steps = make('ol', { class: 'plain steps' });
  const showSteps = createListView(steps, {
    keyOf: ({ index }: ScenarioStep & { index: number }) => String(index),
    create: (step) => {
      const row = make('li', {}, make('p', { class: 'step-title' }), make('p', { class: 'hint' }));
      updateStep(row, step);
      return row;
    },
    update: updateStep,
  });
  live.on('scenario', (value) => {
    showBusy(value);
    if (value === null) return;
    if (heading.parentElement === null) run.replaceChildren(heading, steps);
    setText(heading, value.title);
    run.dataset['state'] = value.state;
    run.dataset['scenario'] = value.id;
    showSteps(value.steps.map((step, index) => ({ ...step, index })));
    steps.lastElementChild?.scrollIntoView({ block: 'nearest' });
  });
}

function showButtons({ scenarios, whyNotSimulated }: Choices): void {
  list.replaceChildren(
    ...scenarios.map(({ id, title, summary }) => {
      const button = make('button', { type: 'button', 'data-scenario': id, title: summary }, title);
      button.disabled = whyNotSimulated !== null;
      button.addEventListener('click', () => void start(id));
      return make('li', {}, button);
    }),
  );
  if (whyNotSimulated !== null) run.replaceChildren(make('p', { class: 'empty' }, whyNotSimulated));
}

async function start(id: string): Promise<void> {
  try {
    await post('scenario', { id });
  } catch (error) {
    run.prepend(make('p', { class: 'problem' }, problemOf(error)));
  }
}

/** Disabled by what assistive technology reads only, so that the focus stays where it is. */
function showBusy(value: ScenarioRun | null): void {
  for (const button of list.querySelectorAll('button')) {
    const isRunning = value?.state === 'running';
    button.setAttribute('aria-disabled', String(isRunning));
    const isThis = value?.id === button.dataset['scenario'];
    button.dataset['state'] = isThis && value !== null ? value.state : '';
  }
}

function updateStep(row: HTMLLIElement, { title, state, detail }: ScenarioStep): void {
  const [name, text] = row.querySelectorAll('p');
  if (name === undefined || text === undefined) return;
  row.dataset['state'] = state;
  const mark = make('span', { class: 'visually-hidden' }, `${MARKS[state]}: `);
  if (name.dataset['state'] !== state || name.lastChild?.textContent !== title) {
    name.dataset['state'] = state;
    name.replaceChildren(mark, title);
  }
  setText(text, detail);
}
