// What was thrown or rejected and nobody caught: a mistake of ours or of a library. Left alone, Node would end the
// process with code 1, which asks supervisors not to restart it, print what may hold a URL, and skip the orderly stop.

/** From now on, for the life of the process: what comes late, while it ends, must not change how it ends. */
export function takeStrays(take: (thrown: unknown) => void): void {
  process.on('uncaughtException', take);
  process.on('unhandledRejection', take);
}
