/** What the edge needs to call the operator's automation: the rest of a playbook is the engine's. */
export interface HookConfig {
  readonly playbook: string;
  readonly url: string;
  /** A call is always signed. */
  readonly secret: string;
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
}
