// Runs as a process of its own beside the sandbox. It reads `+pid` and `-pid` lines from its standard input; when
// the input ends, the sandbox is gone, however it ended (kill -9 included), and what it started goes too.
// Deliberately imports nothing: it must be small and must not fail.

const alive = new Set<number>();
let rest = '';

// Ctrl-C in a terminal is for the sandbox; the guardian outlives it by a moment.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const pid = Number(line.slice(1));
    if (!(Number.isSafeInteger(pid) && pid > 1)) continue;
    if (line.startsWith('+')) alive.add(pid);
    else alive.delete(pid);
  }
});
process.stdin.on('end', () => {
  signalAll('SIGTERM');
  const end = (): never => {
    signalAll('SIGKILL');
    process.exit(0);
  };
  setTimeout(end, 10_000);
  setInterval(() => {
    signalAll(0);
    if (alive.size === 0) end();
  }, 100);
});

function signalAll(signal: 'SIGTERM' | 'SIGKILL' | 0): void {
  for (const pid of alive) {
    try {
      process.kill(pid, signal);
    } catch {
      alive.delete(pid);
    }
  }
}
