/** The real socket and peer connection of this browser. */
import type { PeerConnectionFactory, SocketFactory } from '../call';

export const browserSockets: SocketFactory = (path, subprotocol, handlers) => {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'http:' ? 'ws:' : url.protocol === 'https:' ? 'wss:' : url.protocol;
  const socket = new WebSocket(url, subprotocol);
  socket.addEventListener('open', () => handlers.open());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') handlers.message(data);
  });
  socket.addEventListener('close', () => handlers.close());
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(1000),
  };
};

export const browserPeers: PeerConnectionFactory = (config) => new RTCPeerConnection(config);

/** Random enough for a chat line; works on plain http too, where randomUUID does not exist. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
