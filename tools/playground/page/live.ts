import type { LiveState } from '../live-state.ts';

/** Follows the playground's stream. */
export interface Live {
  /** Calls back with each new value. */
  on<Name extends keyof LiveState>(name: Name, show: (value: LiveState[Name]) => void): void;
  /** Calls back when the stream is lost, and when it is there again. */
  onConnection(show: (isConnected: boolean) => void): void;
}

/** Opens the stream; the browser opens it again when it is lost. */
export function openLive(): Live {
  const source = new EventSource('/api/live');
  return {
    on: (name, show) => {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        show(JSON.parse(event.data) as LiveState[typeof name]);
      });
    },
    onConnection: (show) => {
      source.addEventListener('open', () => show(true));
      source.addEventListener('error', () => show(false));
    },
  };
}
