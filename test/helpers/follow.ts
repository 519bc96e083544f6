// Followers and the nodes that they follow, for one test: both end with it, the follower first.

import { onTestFinished } from 'vitest';
import { type Anvil, type AnvilOptions, startAnvil } from './anvil.js';
import { type Following, startFollowing } from './following.js';
import { type PretendNode, type PretendNodeOptions, startPretendNode } from './pretend-node.js';

export function follow(...args: Parameters<typeof startFollowing>): Following {
  const following = startFollowing(...args);
  onTestFinished(() => following.stop());
  return following;
}

export async function pretend(options: PretendNodeOptions = {}): Promise<PretendNode> {
  const node = await startPretendNode(options);
  onTestFinished(() => node.close());
  return node;
}

export async function anvil(options: AnvilOptions = {}): Promise<Anvil> {
  const node = await startAnvil(options);
  onTestFinished(() => node.kill());
  return node;
}
