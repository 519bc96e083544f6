import { simulate } from '../../test/simulation/simulate.js';
import { memoryTables } from '../../test/simulation/memory-tables.js';
import { readStore } from '../../src/store/read-store.js';
import { livingOf, view, words, firstDifference } from '../../test/simulation/check-run.js';
import { createEngine } from '../../src/engine.js';
const seed = Number(process.argv[2]);
const run = await simulate(seed);
const steps = [...readStore(memoryTables(run.durable, async () => {}), '').steps(1)];
const inputs = steps.map((s) => s.input);
const lived = createEngine();
const v = (e: any) => process.argv[3] === 'slots' ? words((view(e) as any).slots) : words(view(e));
for (let i = 0; i < inputs.length; i++) {
  lived.step(inputs[i]!);
  const pre = inputs.slice(0, i + 1);
  if (inputs[i]!.kind !== 'reorg' && i < inputs.length - 1) continue;
  const living = new Set([...livingOf(pre, []).values()].flat());
  const clean = createEngine();
  for (const x of pre) if (!(x.kind === 'reorg' || (x.kind === 'block' && !living.has(x as any)))) clean.step(x);
  if (v(clean) !== v(lived)) {
    console.log('first differs at', i + 1, JSON.stringify({ ...inputs[i], spec: 0 }));
    console.log(firstDifference(v(lived), v(clean)));
    for (let j = Math.max(0, i - 40); j <= i; j++) { const x: any = inputs[j]; console.log(j + 1, x.kind, x.chain ?? '', x.atMs, x.block ? `${x.block.number} ${x.block.hash.slice(0, 8)} ${x.logs.length} calls ${x.calls.length} ${living.has(x)?'':'dead'}` : x.keep ? `keep ${x.keep.number} dead ${x.dead.length}` : x.number ?? '', steps[j]!.effects.map((e: any) => e.signal ? `${e.signal.id} ${e.signal.subject} ${e.signal.severity} ${e.signal.evidence.blockNumber}` : e.kind + (e.signalId ?? e.change ?? '')).join('; ')); }
    const a = JSON.parse(v(lived)), b = JSON.parse(v(clean));
    console.log(JSON.stringify(a.incidents?.map((x: any) => x[1] ?? x), null, 0)?.slice(0, 3000)); console.log(JSON.stringify(b.incidents, null, 0)?.slice(0, 3000));
    break;
  }
}
