#!/usr/bin/env node
import 'reflect-metadata';
import { ConfigurationError } from '../config/configuration-error.js';
import { auditCommand } from './commands/audit.command.js';
import { clientCommand } from './commands/client.command.js';
import { flowCommand } from './commands/flow.command.js';
import { grantCommand } from './commands/grant.command.js';
import { keysCommand } from './commands/keys.command.js';
import { policyCommand } from './commands/policy.command.js';
import { scopesCommand } from './commands/scopes.command.js';
import { asOperator, operatorConfig, type Operator, readEnvironmentFile } from './operator.js';
import { UsageError } from './usage-error.js';

const USAGE = `usage: gatehouse <command>

  scopes               every scope, what it is for and what needs it; --json or --markdown to keep it
                       --capabilities FILE: of the Nest modules that FILE exports, in place of the built-in ones
  keys list            the signing keys: which one signs, which comes next, which are still published
  keys rotate          let the next key sign now; tokens that were signed before stay valid
  flow show REF        what happened in an authorization flow, and why it stopped; REF is on the error page
  grant list [TEXT]    what users connected, newest first; of a user or application that contains TEXT
  grant revoke ID ...  end a grant, on every server
  client list          the clients that are denied
  client deny ID       shut a client out, on every server
  client allow ID      let a client in again
  client rotate-keys   sign new client identifiers with a new key
  policy test FILE ... what the policies decide for the cases of a file, and whether it is what the file expects
  policy explain       what they decide for one operation: --tool, --prompt, --resource or --method with --arguments or
                       --params, of a caller with --scope, --subject, --client and --claims; at --now
  audit verify [FILE ...|-]
                       whether the audit trail is as it was written: of files, of standard input, or where AUDIT_SINK puts it;
                       --head CHAIN:SEQUENCE:HASH: and still holds that event; --allow-unkeyed: chains without a key are fine.
                       Ends with 0 where it is, 1 where it was changed, 2 where that cannot be told
  audit digest JSON    what the audit trail has for these arguments of a tool

Reads the same environment variables as the servers.
`;

/** Of the settings alone: they need no database. */
const OFFLINE: Readonly<Record<string, (words: readonly string[]) => Promise<string>>> = {
  scopes: scopesCommand,
};

type Command = (words: readonly string[], operator: Operator) => Promise<string>;

const COMMANDS: Readonly<Record<string, Command>> = {
  client: clientCommand,
  flow: flowCommand,
  grant: grantCommand,
  keys: keysCommand,
};

const [name = '', ...words] = process.argv.slice(2);
if (['', 'help', '--help', '-h'].includes(name)) {
  process.stdout.write(USAGE);
} else if (name === 'audit') {
  await runAudit(words);
} else {
  await run(name, words);
}

/** Says by its status what it found; whatever keeps it from finding out is 2. */
async function runAudit(rest: readonly string[]): Promise<void> {
  try {
    const { text, exitCode } = await auditCommand(rest, operatorConfig());
    process.stdout.write(`${text}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    process.exitCode = 2;
    if (!report(error))
      process.stderr.write(`gatehouse: audit ${rest[0] ?? ''}: ${(error as Error).message}\n`);
  }
}

async function run(command: string, rest: readonly string[]): Promise<void> {
  try {
    if (command === 'policy') await runPolicy(rest);
    else process.stdout.write(`${await answerTo(command, rest)}\n`);
  } catch (error) {
    process.exitCode = 1;
    if (!report(error)) throw error;
  }
}

/** Says what the user can mend; false for anything else. */
function report(error: unknown): boolean {
  if (error instanceof UsageError) process.stderr.write(`gatehouse: ${error.message}\n\n${USAGE}`);
  else if (error instanceof ConfigurationError)
    for (const problem of error.problems) process.stderr.write(`gatehouse: ${problem}\n`);
  else return false;
  return true;
}

function answerTo(command: string, rest: readonly string[]): Promise<string> {
  const offline = Object.hasOwn(OFFLINE, command) ? OFFLINE[command] : undefined;
  if (offline) {
    readEnvironmentFile();
    return offline(rest);
  }
  const execute = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!execute) throw new UsageError(`there is no command ${command}`);
  return asOperator((operator) => execute(rest, operator));
}

/** Needs no database, and reads the settings as a server does. */
async function runPolicy(rest: readonly string[]): Promise<void> {
  readEnvironmentFile();
  const { text, succeeded } = await policyCommand(rest);
  process.stdout.write(`${text}\n`);
  if (!succeeded) process.exitCode = 1;
}
