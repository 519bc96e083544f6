import { runCommandLine } from '../../src/cli/program.js';

/** One command line in this process, without an environment: what it said, and how the process would exit. */
export async function commandLine(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(args, {
    env: {},
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    signal: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
