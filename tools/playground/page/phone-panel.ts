import type { PhoneMessage } from '../live-state.ts';
import { byId, make, setText, timeOf } from './dom.ts';
import type { Live } from './live.ts';
import { post, problemOf } from './post.ts';
import { createListView } from './show-list.ts';

/** What the playground answers to a login. */
interface LoginEnd {
  readonly isRight: boolean;
  readonly sentence: string;
  readonly exchange: {
    readonly answer: { readonly status: number; readonly code: string; readonly latencyMs: number };
  } | null;
}

const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  sms: 'SMS',
  call: 'Call',
  whatsapp: 'WhatsApp',
  email: 'E-mail',
};

const loginAs = byId('login-as', HTMLInputElement);
const loginCode = byId('login-code', HTMLInputElement);
const loginButton = byId('login', HTMLButtonElement);
const result = byId('login-result', HTMLElement);

/** The middle of the page: what arrives, and the login with it. */
export function startPhonePanel(live: Live): { expect(recipient: string): void } {
  const noMessages = byId('no-messages', HTMLElement);
  const announcer = byId('announcer', HTMLElement);
  const showList = createListView(byId('messages', HTMLElement), {
    keyOf: ({ id }: PhoneMessage) => id,
    create: rowOf,
  });
  let newest: string | null = null;
  live.on('messages', (messages) => {
    showList(messages.toReversed());
    noMessages.hidden = messages.length > 0;
    const last = messages.at(-1);
    // What was there when the page was opened is no news.
    if (newest !== null && last !== undefined && last.id !== newest) setText(announcer, announcementOf(last));
    newest = last?.id ?? '';
  });
  live.on('choices', ({ whyNotSimulated }) => {
    if (whyNotSimulated !== null) setText(noMessages, whyNotSimulated);
  });
  byId('login-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void logIn();
  });
  return {
    expect: (recipient) => {
      loginAs.value = recipient;
    },
  };
}

function rowOf(message: PhoneMessage): HTMLLIElement {
  const { channel, to, code, text, at } = message;
  const use = make('button', { type: 'button', class: 'small' }, `Use ${code}`);
  use.addEventListener('click', () => {
    loginAs.value = to;
    loginCode.value = code;
    loginCode.focus();
  });
  return make(
    'li',
    { class: `message ${channel}` },
    make(
      'p',
      { class: 'message-head' },
      make('span', { class: 'badge calm' }, CHANNEL_NAMES[channel] ?? channel),
      make('span', { class: 'quiet' }, to),
      make('time', { class: 'quiet', datetime: at }, timeOf(at)),
    ),
    make('p', { class: 'bubble' }, ...withStrongCode(text, code)),
    use,
  );
}

function withStrongCode(text: string, code: string): readonly (Node | string)[] {
  const start = text.lastIndexOf(code);
  if (start < 0) return [text];
  return [text.slice(0, start), make('strong', { class: 'code' }, code), text.slice(start + code.length)];
}

function announcementOf({ channel, to, code }: PhoneMessage): string {
  return `${CHANNEL_NAMES[channel] ?? channel} to ${to}: code ${code.split('').join(' ')}`;
}

async function logIn(): Promise<void> {
  loginButton.disabled = true;
  try {
    const { isRight, sentence, exchange } = await post<LoginEnd>('login', {
      recipient: loginAs.value,
      code: loginCode.value,
    });
    const answer = exchange?.answer;
    const heard = answer ? ` log-stream: ${answer.status} ${answer.code} in ${answer.latencyMs} ms.` : '';
    setText(result, sentence + heard);
    result.dataset['tone'] = isRight ? 'good' : 'bad';
    if (isRight) loginCode.value = '';
  } catch (error) {
    setText(result, problemOf(error));
    result.dataset['tone'] = 'bad';
  } finally {
    loginButton.disabled = false;
  }
}
