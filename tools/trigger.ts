import { playAtTerminal } from './local-stack/play-at-terminal.ts';
import { playAuth0 } from './local-stack/play-auth0.ts';

// Plays Auth0 against the local stack: PHONE=+447700900001 [CODE=…] [TEMPLATE=…] [CHANNEL=…], all by the environment,
// so that no shell reads them twice.

await playAtTerminal(playAuth0);
