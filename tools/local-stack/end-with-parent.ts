/**
 * A module to be loaded before another program (`node --import`): the process ends when the one that started it does.
 *
 * Only the parent holds the other end of the pipe that is our standard input, and the system closes it however the
 * parent dies, after SIGKILL too.
 */
import process from 'node:process';

const end = (): void => process.exit(1);

process.stdin.once('end', end).once('error', end).resume();
// Listening for that must not keep a program alive that has nothing else to do.
process.stdin.unref();
