import type { Command } from 'commander';
import type { CliWorld } from './cli-world.ts';
import { findRuleIds } from './find-rule-ids.ts';
import type { OutputOf } from './output.ts';
import { openRuleDocuments } from './open-rule-documents.ts';
import {
  addRule,
  exportRules,
  importRules,
  lintCommand,
  listRules,
  removeRules,
  testRules,
  type AddRuleOptions,
  type ImportRulesOptions,
  type RulesContext,
} from './rules-commands.ts';

/** Adds `rules …`: what operators do with the blocklist. */
export function addRulesCommands(
  program: Command,
  world: CliWorld,
  output: OutputOf,
  accessToken: () => Promise<string>,
): void {
  const context = (): RulesContext => ({
    world,
    output: output(),
    documents: openRuleDocuments(world, accessToken),
  });
  const rules = program.command('rules').description('the blocklist in Firestore');
  rules
    .command('list')
    .description('all rules, with what they are about')
    .action(() => listRules(context()));
  rules
    .command('add <id>')
    .description('add or replace a rule: +99899394, UZ, 234-58, 234-*, type:premium')
    .option('--action <action>', 'block, monitor or allow', 'block')
    .option('--reason <text>', 'a note for your colleagues')
    .option('--expires <when>', 'a duration such as 12h or 7d, or a time in ISO 8601')
    .option('--yes', 'do not ask')
    .action((id: string, options: AddRuleOptions) => addRule(context(), id, options));
  rules
    .command('remove <ids...>')
    .description('remove rules, in any spelling of theirs; exits 1 where one is not there')
    .option('--yes', 'do not ask')
    .action((ids: string[], options: { yes?: boolean }) => removeRules(context(), ids, options));
  addFileCommands(rules, context);
  rules
    .command('find <name>')
    .description('which rule names a network or a country, such as Jazz or Uzbekistan; exits 1 for none')
    .action((name: string) => findRuleIds(world, output(), name));
  rules
    .command('lint')
    .description('find rules that do not do what they seem to; exits 1 on an error')
    .action(() => lintCommand(context()));
  rules
    .command('test <phone>')
    .description('what the rules alone decide for a number, without Twilio; exits 1 where they block')
    .option('--carrier <mcc-mnc>', 'the network, such as 234-58')
    .option('--type <line-type>', 'the type of the line, such as premium')
    .action((phone: string, options: { carrier?: string; type?: string }) =>
      testRules(context(), phone, options),
    );
}

function addFileCommands(rules: Command, context: () => RulesContext): void {
  rules
    .command('import <file>')
    .description('add and replace rules from a CSV or JSON file')
    .option('--prune', 'also remove the rules that the file does not hold')
    .option('--as-is', 'also write what makes no good rule: the way back to an export')
    .option('--yes', 'do not ask')
    .action((file: string, options: ImportRulesOptions) => importRules(context(), file, options));
  rules
    .command('export')
    .description('write all rules; JSON holds whatever a document holds')
    .option('--format <format>', 'csv or json')
    .option('--output <file>', 'where to; default: here')
    .action((options: { format?: string; output?: string }) => exportRules(context(), options));
}
