import type { PartHealth } from '../live-state.ts';
import { byId, make, setText } from './dom.ts';
import type { Live } from './live.ts';

/** The top of the page: which part of the stack answers. */
export function startHealthBar(live: Live): void {
  const list = byId('health', HTMLElement);
  const notice = byId('notice', HTMLElement);
  let whyNotSimulated: string | null = null;
  const showNotice = (text: string | null): void => {
    notice.hidden = text === null;
    setText(notice, text ?? '');
  };
  live.on('health', (parts) => {
    list.replaceChildren(...parts.map(rowOf));
  });
  live.on('choices', (choices) => {
    whyNotSimulated = choices.whyNotSimulated;
    showNotice(whyNotSimulated);
  });
  live.onConnection((isConnected) => {
    document.body.classList.toggle('lost', !isConnected);
    showNotice(
      isConnected
        ? whyNotSimulated
        : 'The local stack does not answer: what is shown is the last that is known.',
    );
  });
}

function rowOf({ name, isUp, detail }: PartHealth): HTMLLIElement {
  return make(
    'li',
    { class: isUp ? 'up' : 'down', title: detail },
    make('span', { class: 'dot', 'aria-hidden': 'true' }),
    name,
    make('span', { class: 'visually-hidden' }, isUp ? `: up, ${detail}` : ': down'),
    ...(isUp ? [] : [make('span', { class: 'down-text' }, detail)]),
  );
}
