import { startAuth0Panel } from './auth0-panel.ts';
import { startGatewayPanel } from './gateway-panel.ts';
import { startHealthBar } from './health-bar.ts';
import { openLive } from './live.ts';
import { startPhonePanel } from './phone-panel.ts';
import { startRulesPanel } from './rules-panel.ts';
import { startScenariosPanel } from './scenarios-panel.ts';
import { startSettingsPanel } from './settings-panel.ts';
import { startTotalsPanel } from './totals-panel.ts';

// The page: each panel follows the same stream of what really happens.
const live = openLive();
startHealthBar(live);
const phone = startPhonePanel(live);
startAuth0Panel(live, (recipient) => phone.expect(recipient));
startGatewayPanel(live);
startTotalsPanel(live);
startRulesPanel(live);
startSettingsPanel(live);
startScenariosPanel(live);
