import { playAtTerminal } from './local-stack/play-at-terminal.ts';
import { playLogin } from './local-stack/play-login.ts';

// Plays Auth0's log stream against the local stack: PHONE=+447700900001 has logged in with its code.

await playAtTerminal(playLogin);
