// Ends a process that has done what it had to do. Usually nothing is left and it ends by itself at once. What hangs in
// the kernel (a disk at a halt, a resolver that is mute) or at the other end of a pipe must not keep it: it has
// stopped, and whoever asked it to is waiting.

/** What a thread of libuv's pool is busy with. `process.exit` waits for these threads, however long it takes. */
const inThreads = /^(FS|GetAddrInfo|GetNameInfo|Zlib|Crypto|HashRequest|RandomBytes)/;

/** `inThread`: something was left behind that may hang in such a thread without Node's knowing. */
export function endSoon(code: number, inThread: boolean, graceMs = 500): void {
  process.exitCode = code;
  const timer = setTimeout(() => {
    const isStuck = inThread || process.getActiveResourcesInfo().some((name) => inThreads.test(name));
    if (!isStuck) process.exit(code);
    // The code is lost; that it is no clean end stands in the log, and every supervisor sees a signal.
    process.kill(process.pid, 'SIGKILL');
    // The first process of a container cannot be killed from within.
    process.abort();
  }, graceMs);
  timer.unref();
}
