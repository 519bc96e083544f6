// A mail server that keeps what it gets: enough of RFC 5321 for one client, with a login (RFC 4954, PLAIN), line
// lengths and the order of commands enforced, and answers that a test may replace.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Names in lower case, folded lines joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: Mail[];
  /** Answers by command (`RCPT`, `DATA`, `AUTH`, `.` for the end of the data), used up one by one. */
  readonly say: Map<string, string[]>;
  close(): Promise<void>;
}

export const mailUser = 'watch@example.org';
export const mailPassword = 'p@ss:w0rd/0123456789';

export async function startMailServer(): Promise<MailServer> {
  const mails: Mail[] = [];
  const say = new Map<string, string[]>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serve(socket, mails, (command) => say.get(command)?.shift());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    say,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, mails: Mail[], scripted: (command: string) => string | undefined): void {
  let waiting = '';
  let data: string[] | null = null;
  let loggedIn = false;
  let from: string | null = null;
  let to: string[] = [];
  function reply(text: string): void {
    socket.write(`${text}\r\n`);
  }
  reply('220 mail.test ESMTP');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    waiting += chunk;
    for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
      const line = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (data === null) command(line);
      else if (line === '.') finish(data);
      else data.push(line.replace(/^\./, ''));
    }
  });

  function command(line: string): void {
    const word = (line.split(/[ :]/)[0] ?? '').toUpperCase();
    reply(scripted(word) ?? answer(word, line));
    if (word === 'QUIT') socket.end();
  }

  function answer(word: string, line: string): string {
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    switch (word) {
      case 'EHLO':
        return '250-mail.test\r\n250-AUTH PLAIN\r\n250 8BITMIME';
      case 'AUTH': {
        const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0');
        loggedIn = user === mailUser && password === mailPassword;
        return loggedIn ? '235 2.7.0 welcome' : '535 5.7.8 authentication failed';
      }
      case 'MAIL':
        if (!loggedIn) return '530 5.7.0 authentication required';
        from = address;
        to = [];
        return '250 2.1.0 ok';
      case 'RCPT':
        if (from === null) return '503 5.5.1 MAIL first';
        to.push(address);
        return '250 2.1.5 ok';
      case 'DATA':
        if (to.length === 0) return '503 5.5.1 RCPT first';
        data = [];
        return '354 go on';
      case 'QUIT':
        return '221 2.0.0 bye';
      default:
        return '502 5.5.2 not known';
    }
  }

  function finish(lines: readonly string[]): void {
    data = null;
    const isTooLong = lines.some((line) => Buffer.byteLength(line) > 998);
    const other = scripted('.') ?? (isTooLong ? '500 5.5.2 line too long' : null);
    if (other === null) mails.push({ from: from ?? '', to, ...parse(lines) });
    reply(other ?? '250 2.0.0 kept');
  }
}

function parse(lines: readonly string[]): Pick<Mail, 'headers' | 'text'> {
  const blank = lines.indexOf('');
  const head = lines
    .slice(0, blank)
    .join('\r\n')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = Object.fromEntries(
    head.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const body = lines.slice(blank + 1).join('\n');
  const encoding = headers['content-transfer-encoding'];
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? Buffer.from(
            body
              .replace(/=\n/g, '')
              .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          )
        : Buffer.from(body);
  return { headers, text: bytes.toString('utf8') };
}
