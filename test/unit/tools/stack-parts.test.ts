import { describe, expect, it } from '@jest/globals';
import { createStackParts, type StackPart } from '../../../tools/local-stack/stack-parts.ts';

function aPart(name: string, stopped: string[]) {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const part: StackPart = {
    name,
    pid: name.length,
    ended,
    stop: () => {
      stopped.push(name);
      end();
      return ended;
    },
  };
  return { part, end };
}

describe('the parts of the stack', () => {
  it('are stopped in the order of what uses what', async () => {
    const stopped: string[] = [];
    const parts = createStackParts();
    for (const name of ['firestore', 'simulator', 'gateway']) parts.add(aPart(name, stopped).part);
    await parts.stop();

    expect(stopped).toEqual(['gateway', 'simulator', 'firestore']);
  });

  it('are known by their processes', () => {
    const parts = createStackParts();
    parts.add(aPart('gateway', []).part);

    expect(parts.pids()).toEqual({ gateway: 7 });
  });

  it('tell which of them was lost first', async () => {
    const parts = createStackParts();
    const [first, second] = ['firestore', 'gateway'].map((name) => aPart(name, []));
    for (const made of [first, second]) if (made !== undefined) parts.add(made.part);
    second?.end();
    first?.end();

    await expect(parts.firstLoss).resolves.toBe('gateway');
  });

  it('are not lost when they are stopped', async () => {
    const parts = createStackParts();
    parts.add(aPart('gateway', []).part);
    await parts.stop();

    await expect(Promise.race([parts.firstLoss, Promise.resolve('none')])).resolves.toBe('none');
  });

  it('may be stopped one by one, which is no loss', async () => {
    const stopped: string[] = [];
    const parts = createStackParts();
    const release = parts.add(aPart('gateway', stopped).part);
    await release();

    expect(stopped).toEqual(['gateway']);
    expect(parts.pids()).toEqual({});
    await expect(Promise.race([parts.firstLoss, Promise.resolve('none')])).resolves.toBe('none');
  });

  it('are stopped even when they come too late', async () => {
    const stopped: string[] = [];
    const parts = createStackParts();
    await parts.stop();
    parts.add(aPart('gateway', stopped).part);

    expect(stopped).toEqual(['gateway']);
  });
});
