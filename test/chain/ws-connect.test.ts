import { expect, onTestFinished, test } from 'vitest';
import { wsConnect } from '../../src/chain/ws-connect.js';
import { startPretendNode } from '../helpers/pretend-node.js';

test('an address with a fragment, which the configuration takes, is connected to and throws nothing', async () => {
  const node = await startPretendNode();
  onTestFinished(() => node.close());
  const opened = new Promise<boolean>((resolve) => {
    const socket = wsConnect(`${node.ws}#part`, {
      opened: () => resolve(true),
      closed: () => resolve(false),
      message() {},
      pong() {},
    });
    onTestFinished(() => socket.terminate());
  });
  expect(await opened).toBe(true);
});
