import { type Hex, isHexData } from '../core/hex.js';
import type { Block, CallReading } from '../core/reading.js';
import type { CallWanted } from '../protocols/protocol.js';
import { done, failed, type Outcome, type RpcAnswer, type RpcCall } from './json-rpc.js';
import { readHeader, toQuantity } from './read-header.js';
import type { Requests } from './requests.js';

export interface SourceCall {
  readonly source: string;
  readonly call: CallWanted;
}

/** What a node said to one call: its data, that it refused, or nothing of use. */
type Reply = { readonly data: Hex } | 'reverted' | 'failed';

/**
 * Reads state by call, pinned to one block. Calls name the block by hash (EIP-1898), so that a reorg cannot mix two
 * states; an endpoint that refuses that form is asked by number together with the header that proves the number.
 * A call that fails is a reading with `data: null`: it never holds up its block.
 */
export class CallReader {
  readonly #byNumber = new Set<string>();

  constructor(private readonly requests: Requests) {}

  /** One reading for each call, in the order given. */
  async at(block: Block, calls: readonly SourceCall[]): Promise<readonly CallReading[]> {
    const replies = await this.#replies(
      block,
      calls.map(({ call }) => ({ to: call.to, data: call.data })),
    );
    const again = calls.flatMap(({ call }, i) =>
      replies[i] === 'reverted' && call.fallbackData ? [{ i, to: call.to, data: call.fallbackData }] : [],
    );
    const second = await this.#replies(block, again);
    for (const [j, { i }] of again.entries()) replies[i] = second[j] ?? 'failed';
    return calls.map(({ source, call }, i) => {
      const reply = replies[i];
      return { source, call: call.name, data: typeof reply === 'object' ? reply.data : null };
    });
  }

  async #replies(
    block: Block,
    wanted: readonly { readonly to: Hex; readonly data: Hex }[],
  ): Promise<Reply[]> {
    if (wanted.length === 0) return [];
    const build = (endpoint: string): readonly RpcCall[] => {
      const pinned = !this.#byNumber.has(endpoint);
      const at = pinned ? { blockHash: block.hash } : toQuantity(block.number);
      const calls: RpcCall[] = wanted.map(({ to, data }) => ({
        method: 'eth_call',
        params: [{ to, data }, at],
      }));
      if (!pinned) calls.push({ method: 'eth_getBlockByNumber', params: [at, false] });
      return calls;
    };
    const read = (answers: readonly RpcAnswer[], endpoint: string): Outcome<Reply[]> => {
      if (answers.length > wanted.length) {
        const proof = answers.at(-1);
        const header = proof?.ok ? readHeader(proof.value) : null;
        if (header?.hash !== block.hash) return failed('unknown-block', 'the block was replaced');
      } else if (answers.every((answer) => !answer.ok && answer.failure.kind === 'bad-params')) {
        this.#byNumber.add(endpoint);
        return failed('unsupported', 'no EIP-1898');
      }
      const replies: Reply[] = [];
      for (const answer of answers.slice(0, wanted.length)) {
        if (!answer.ok && isAboutAll(answer)) return answer;
        replies.push(replyOf(answer));
      }
      return done(replies);
    };
    // Two rounds: one for an endpoint that must be asked by number, or has not seen the block yet.
    const outcome = await this.requests.ask(build, read, 'confirm', 2);
    return outcome.ok ? outcome.value : wanted.map(() => 'failed' as const);
  }
}

/** A failure that says nothing about the call itself: the whole request is worth another try. */
function isAboutAll(answer: Extract<RpcAnswer, { ok: false }>): boolean {
  return !['reverted', 'bad-params', 'other', 'unsupported'].includes(answer.failure.kind);
}

function replyOf(answer: RpcAnswer): Reply {
  if (!answer.ok)
    return answer.failure.kind === 'reverted' || answer.failure.kind === 'other' ? 'reverted' : 'failed';
  // A contract that does not know the selector may answer with nothing: `0x` says as little as a revert.
  if (answer.value === '0x') return 'reverted';
  return isHexData(answer.value) ? { data: answer.value } : 'failed';
}
