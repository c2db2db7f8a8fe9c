import type { ChannelState, Choices } from '../live-state.ts';
import { byId, make, setOptions, setText } from './dom.ts';
import { explainAnswer } from './explain-answer.ts';
import type { Live } from './live.ts';
import { post, problemOf } from './post.ts';

/** What the playground answers when a code was ordered. */
interface SendEnd {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: {
    readonly status: number;
    readonly text: string;
    readonly code: string;
    readonly latencyMs: number;
  };
}

const recipient = byId('recipient', HTMLInputElement);
const example = byId('example', HTMLSelectElement);
const channel = byId('channel', HTMLSelectElement);
const channelHint = byId('channel-hint', HTMLElement);
const enableChannels = byId('enable-channels', HTMLButtonElement);
const templateChoice = byId('template-choice', HTMLSelectElement);
const template = byId('template', HTMLTextAreaElement);
const templateHint = byId('template-hint', HTMLElement);
const sendButton = byId('send', HTMLButtonElement);
const answer = byId('answer', HTMLElement);
const exchange = byId('exchange', HTMLDetailsElement);
const exchangeText = byId('exchange-text', HTMLElement);

let enabled: ChannelState | null = null;

/**
 * The left of the page: a request as Auth0 makes it.
 *
 * @param onSent - told for whom a code was ordered
 */
export function startAuth0Panel(live: Live, onSent: (recipient: string) => void): void {
  live.on('choices', showChoices);
  live.on('channels', (state) => {
    enabled = state;
    showHints();
  });
  example.addEventListener('change', () => {
    recipient.value = example.value;
    if (example.value.includes('@')) channel.value = 'email';
    else if (channel.value === 'email') channel.value = '';
    example.selectedIndex = 0;
    showHints();
  });
  templateChoice.addEventListener('change', () => {
    template.value = templateChoice.value;
  });
  const form = byId('send-form', HTMLFormElement);
  form.addEventListener('change', showHints);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(onSent);
  });
  enableChannels.addEventListener('click', () => void enableAll());
}

function showChoices({ numbers, templates, whyNotSimulated }: Choices): void {
  setOptions(example, [
    { value: '', label: 'Examples …' },
    ...numbers.map(({ number, meaning }) => ({ value: number, label: `${number}  ${meaning}` })),
  ]);
  example.hidden = numbers.length === 0;
  setOptions(
    templateChoice,
    templates.map(({ name, text }) => ({ value: text, label: name })),
  );
  if (template.value === '') template.value = templates[0]?.text ?? '';
  if (recipient.value === '') recipient.value = numbers[0]?.number ?? '';
  if (whyNotSimulated !== null) setText(sendButton, 'Send a real message');
}

function isAction(): boolean {
  return (
    byId('send-form', HTMLFormElement).querySelector<HTMLInputElement>('[value=action]')?.checked === true
  );
}

function showHints(): void {
  const isTemplateUsed = !isAction() && channel.value === '';
  template.disabled = !isTemplateUsed;
  templateChoice.disabled = !isTemplateUsed;
  setText(templateHint, hintOfTemplate());
  if (enabled === null) return;
  const { enabled: names, mayEnableAll, isChanging } = enabled;
  const isMissing = channel.value !== '' && !names.includes(channel.value);
  const list = names.join(', ');
  setText(channelHint, isMissing ? `Not enabled (${list}): the answer is 422.` : `Enabled here: ${list}.`);
  enableChannels.hidden = !mayEnableAll;
  enableChannels.disabled = isChanging;
}

function hintOfTemplate(): string {
  if (isAction()) return 'An Action hands over the code itself.';
  if (channel.value !== '') return `A connection asks for a channel in its text: ch=${channel.value}`;
  return '{{ code }} is Auth0’s code. Verify writes the message itself.';
}

async function send(onSent: (recipient: string) => void): Promise<void> {
  sendButton.disabled = true;
  try {
    const end = await post<SendEnd>('send', {
      recipient: recipient.value,
      door: isAction() ? 'action' : 'connection',
      channel: channel.value === '' ? null : channel.value,
      template: template.value,
    });
    showAnswer(end);
    onSent(recipient.value);
  } catch (error) {
    answer.replaceChildren(make('p', { class: 'problem' }, problemOf(error)));
    exchange.hidden = true;
  } finally {
    sendButton.disabled = false;
  }
}

function showAnswer({ url, headers, body, answer: { status, text, code, latencyMs } }: SendEnd): void {
  const tone = status === 200 ? 'good' : status < 500 ? 'bad' : 'warn';
  answer.replaceChildren(
    make(
      'p',
      { class: 'answer-line' },
      make('span', { class: `badge ${tone}` }, String(status)),
      ' ',
      make('strong', {}, code),
      make('span', { class: 'quiet' }, ` in ${latencyMs} ms`),
    ),
    make('p', { class: 'hint' }, explainAnswer(code)),
  );
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  setText(
    exchangeText,
    [`POST ${url}`, ...lines, '', indented(body), '', `→ ${status}`, indented(text)].join('\n'),
  );
  exchange.hidden = false;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function enableAll(): Promise<void> {
  enableChannels.disabled = true;
  setText(channelHint, 'The gateway starts again with all four …');
  try {
    await post('channels');
  } catch (error) {
    setText(channelHint, problemOf(error));
  } finally {
    enableChannels.disabled = false;
  }
}
