import { Command, Option } from 'commander';
import type { CliWorld } from './cli-world.ts';
import { DEPLOYED_NAMES } from './deployed-function.ts';
import { CHECK_GROUPS } from './doctor/check.ts';
import { runDoctor, type DoctorOptions } from './doctor/run-doctor.ts';
import { addRulesCommands } from './add-rules-commands.ts';
import { addSuggestCommand } from './add-suggest-command.ts';
import { createOutput, type OutputOf } from './output.ts';
import { playLocally } from './play-locally.ts';
import { runReplay, type ReplayOptions } from './run-replay.ts';
import { ROTATED, runRotate, type Rotated, type RotateOptions } from './run-rotate.ts';
import { runRotateTwilio, type RotateTwilioOptions } from './run-rotate-twilio.ts';
import { runSetupAuth0, type SetupAuth0Options } from './run-setup-auth0.ts';
import { runSetupTwilio, type SetupTwilioOptions } from './run-setup-twilio.ts';
import { runSmokeResend, type SmokeResendOptions } from './run-smoke-resend.ts';
import { checkNumber } from './check-number.ts';

const ROTATIONS: Readonly<Record<Rotated, string>> = {
  gateway: "the key of Auth0's signatures: a new one beside the old one",
  'log-stream': 'the token of the log stream: a new one beside the old one',
  'number-hash-key': 'the key of the pseudonyms in the logs: a new one in place of the old one',
};
const EXIT_CODES = `
Exit codes: 0 done or good; 1 the answer is no (red, blocked, an error, not found); 2 it could not be done or found out.
check-number, doctor and suggest say their own.`;
const YES = '--yes';
const WITHOUT_ASKING = 'make the changes without asking';
const PERMISSIONS = 'what a new key may do in place of the default, by the names of Twilio';

/**
 * All commands, bound to a world. Parsing throws commander's own errors; running throws CliProblem, DeployFailure and
 * StackProblem, in sentences for people.
 */
export function createProgram(world: CliWorld, accessToken: () => Promise<string>): Command {
  const program = new Command('verify-gateway')
    .description('Sets up, checks and runs verify-gateway. PROJECT and ENV say which installation.')
    .option('--json', 'print one JSON value, and nothing for people')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  const output: OutputOf = () =>
    createOutput(world.terminal, program.opts<{ json?: boolean }>().json === true);

  program
    .command('doctor')
    .description('look at everything, change nothing, and say what to do; exits 0 green, 1 red, 2 unknown')
    .option('--only <groups>', `some of ${CHECK_GROUPS.join(',')}`)
    .action((options: DoctorOptions) => runDoctor(world, output(), options));
  addSetup(program, world, output);
  addRulesCommands(program, world, output, accessToken);
  addSuggestCommand(program, world, output, accessToken);
  addRotate(program, world, output);
  program
    .command('replay <file>')
    .description("report the logins of an export of Auth0's log to Verify, through log-stream")
    .option(YES, 'do not ask before sending')
    .action((file: string, options: ReplayOptions) => runReplay(world, output(), file, options));
  program
    .command('smoke-resend <phone>')
    .description('send two codes to your own phone to see which one Verify keeps; costs two messages')
    .option(YES, 'do not ask before sending')
    .action((phone: string, options: SmokeResendOptions) => runSmokeResend(world, output(), phone, options));
  program
    .command('trigger <what> <phone>')
    .description('play Auth0 against the local stack: otp or login')
    .action((what: string, phone: string) => playLocally(world, output(), what, phone));
  program
    .command('check-number <phone>')
    .description(
      'explain what the gateway would do with a number, without sending; exits 0 sent, 2 not sent, 1 unknown',
    )
    .action((phone: string) => checkNumber(world, output(), accessToken, phone));
  return program;
}

function addSetup(program: Command, world: CliWorld, output: OutputOf): void {
  const setup = program
    .command('setup')
    .description('set up Twilio or Auth0; done twice, it changes nothing');
  setup
    .command('twilio')
    .description('the Verify service, its rate limits with their buckets, and the keys of the functions')
    .option(
      '--name <name>',
      'what users read: "Your NAME verification code is"; makes a service where none is named',
    )
    .option('--bucket <name=max/seconds...>', 'buckets of a limit, such as global=1000/3600')
    .option('--keys', 'also a restricted API key for each function without one; needs a Main key of Twilio')
    .option('--permissions <function=names...>', PERMISSIONS)
    .option(YES, WITHOUT_ASKING)
    .action((options: SetupTwilioOptions) => runSetupTwilio(world, output(), options));
  setup
    .command('auth0')
    .description('the connection or the phone Action, and the report of logins')
    .addOption(
      new Option('--door <door>', 'way of the codes; default: the live one').choices(['legacy', 'action']),
    )
    .addOption(
      new Option('--feedback <source>', 'where logins are reported from')
        .choices(['stream', 'action', 'none'])
        .default('stream'),
    )
    .option('--renew-secrets', 'write the secrets of the Actions again')
    .option(YES, WITHOUT_ASKING)
    .action((options: SetupAuth0Options) => runSetupAuth0(world, output(), options));
}

function addRotate(program: Command, world: CliWorld, output: OutputOf): void {
  const rotate = program.command('rotate').description('replace a key without downtime');
  for (const what of ROTATED) {
    const command = rotate.command(what).description(ROTATIONS[what]).option(YES, WITHOUT_ASKING);
    if (what !== 'number-hash-key')
      command.option('--finish', 'take the old ones away, once nobody uses them');
    command.action((options: RotateOptions) => runRotate(world, output(), what, options));
  }
  rotate
    .command('twilio [sid]')
    .description(
      'the API key of a function: stores the secret of the new key, or makes a restricted one, and says what to deploy',
    )
    .option('--function <name>', `one of ${DEPLOYED_NAMES.join(', ')}`, 'gateway')
    .option('--permissions <function=names...>', PERMISSIONS)
    .option(YES, WITHOUT_ASKING)
    .action((sid: string | undefined, options: RotateTwilioOptions) =>
      runRotateTwilio(world, output(), sid, options),
    );
}
