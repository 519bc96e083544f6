import WebSocket from 'ws';
import type { Connect } from './ports.js';

/** The real socket. Compression is off (memory, and one more thing to go wrong); frames beyond 64 MiB close it. */
export const wsConnect: Connect = (url, events) => {
  // A fragment is never sent, and the library throws where it finds one.
  const address = new URL(url);
  address.hash = '';
  const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 });
  let detail = '';
  socket.on('open', () => events.opened());
  socket.on('message', (data) => events.message(data.toString()));
  socket.on('pong', () => events.pong());
  // The words of an error may hold the host: only its code is passed on.
  socket.on('error', (error: Error & { code?: unknown }) => {
    detail ||=
      typeof error.code === 'string'
        ? error.code
        : (error.message.match(/response: (\d{3})/)?.[1] ?? 'error');
  });
  socket.on('close', (code) => events.closed(detail || String(code)));
  return {
    send: (text) => socket.send(text, ignore),
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping(undefined, undefined, ignore);
    },
    close: () => socket.close(1000),
    terminate: () => socket.terminate(),
  };
};

/** A failed write ends in `close`, which is where it is handled. */
function ignore(): void {}
