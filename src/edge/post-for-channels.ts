import { type PostReply, type PostRequest, post } from './post.js';
import { postPublic } from './post-public.js';

/** HTTP for alert channels: public addresses only, unless the channel's configuration allows others. */
export function postForChannels(
  url: string,
  { publicOnly, ...request }: PostRequest & { readonly publicOnly: boolean },
): Promise<PostReply> {
  return publicOnly ? postPublic(url, request) : post(url, request);
}
