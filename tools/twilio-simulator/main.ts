import process from 'node:process';
import { createTwilioSimulator } from './create-twilio-simulator.ts';
import { readSimulatorEnvironment } from './simulator-environment.ts';

const { port, options } = readSimulatorEnvironment(process.env);
const simulator = createTwilioSimulator(options);
const url = await simulator.listen(port);
process.stdout.write(`${JSON.stringify({ event: 'simulator.started', url })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.close());
}
