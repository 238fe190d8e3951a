// Stands between the browser and the service: a connection can be cut there, and what the service
// would take too long to come to can be answered.

import {createServer, request as ask} from 'node:http';

import {url} from './browser.js';

/** @param {(request: any, response: any) => boolean} answer whether it has answered by itself */
export async function front(answer = () => false) {
  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    const {method, headers} = request;
    const onward = ask(url(request.url), {method, headers}, (answered) => {
      response.writeHead(answered.statusCode, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  const listen = (port) => new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  await listen(0);
  server.unref(); // a journey that fails ends all the same
  const {port} = server.address();
  return {
    base: `http://127.0.0.1:${port}`,
    /** Ends every connection, and takes none. */
    cut() {
      server.close();
      server.closeAllConnections();
    },
    mend: () => listen(port),
  };
}
