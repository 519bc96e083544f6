// The real daemon where a file may not grow beyond a drawn size: which of LMDB's writes is the first that fails is
// drawn with it. It ends with 75 and words, never hangs, and goes on where there is room.
import { expect, test } from 'vitest';
import { writeConfigFolder } from '../helpers/config-folder.js';
import { type Exit, pegwatch, startDaemon } from '../helpers/daemon.js';
import { eventually } from '../helpers/eventually.js';
import { marketCoins, startMarket } from '../helpers/pretend-market.js';
import { seeded } from '../simulation/seeded.js';

const runs = Number(process.env.CRAMPED_RUNS ?? 3);
const seed = Number(process.env.CRAMPED_SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`a daemon whose disk fails under it ends with 75, and goes on from what was acknowledged (CRAMPED_SEED=${seed})`, {
  timeout: 60_000 * runs,
}, async () => {
  const random = seeded(String(seed));
  for (let run = 0; run < runs; run++) {
    const blocks = random.int(4000, 4400);
    const market = await startMarket('ethereum', 1);
    const folder = writeConfigFolder({
      chains: [{ chain: 'ethereum', chainId: 1, ws: market.node.ws }],
      coins: marketCoins([market]),
      checkpointMs: 1000,
    });
    const cramped = startDaemon(folder, {}, { blocks });
    let end: Exit | null = null;
    void cramped.exited.then((exit) => {
      end = exit;
    });
    await cramped.ready();
    let acknowledged = 0;
    for (let i = 0; end === null && i < 1000; i++) {
      const { number } = market.trade(1 + (i % 7) / 1e4, { swaps: random.int(100, 500) });
      await eventually(async () => {
        if (end !== null) return true;
        const { body } = await cramped.get('/status').catch(() => ({ body: '{}' }));
        const stored: number = JSON.parse(body).chains?.[0]?.block?.number ?? 0;
        acknowledged = Math.max(acknowledged, stored);
        return stored === number;
      }, 20_000);
    }
    const about = `seed ${seed}, ${blocks} blocks of 512 bytes: ${cramped.output.err}`;
    expect(await cramped.exited, about).toEqual({ code: 75, signal: null });
    expect(cramped.output.err, about).toContain('A commit failed');
    expect(cramped.output.err, about).toContain('Nothing that was acknowledged is lost');

    const again = startDaemon(folder);
    await again.ready();
    const first = JSON.parse((await again.get('/status')).body).chains[0].block.number;
    expect(first, about).toBeGreaterThanOrEqual(acknowledged);
    const last = market.trade(0.9999);
    await eventually(async () => {
      const { chains } = JSON.parse((await again.get('/status')).body);
      return chains[0].block?.number === last.number;
    }, 20_000);
    expect(await again.stop(), about).toMatchObject({ code: 0 });
    expect(await pegwatch(['verify', '--config', folder.config]), about).toMatchObject({ code: 0 });
    await market.node.close();
  }
});
