// SPDX-License-Identifier: MIT
// Runs SQL and stands still until it is answered, as a process of psql would do; but such a process for each question costs more than what is asked.
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

// Seconds until a question counts as lost.
const patience = 120;

let line;

// The connections are in a thread of their own, so that whoever asks can stand still.
function open() {
  const { port1: port, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  new Worker(new URL('sql_worker.mjs', import.meta.url), { workerData: { port: port2, answered }, transferList: [port2] }).unref();
  port.unref();
  return { port, answered };
}

// What psql prints of a text of statements, unaligned and without headers. Each is asked in a session that knows nothing of the one before: on a connection that is `kept`
// it is made so, else it has a connection of its own, and none is left behind in the database.
export function ask(url, text, { kept = false } = {}) {
  line ??= open();
  Atomics.store(line.answered, 0, 0);
  line.port.postMessage({ url, text, kept });
  if (Atomics.wait(line.answered, 0, 0, patience * 1000) === 'timed-out') throw new Error(`no answer within ${patience} s to: ${text}`);
  const { said, fault } = receiveMessageOnPort(line.port).message;
  if (fault) throw new Error(fault);
  return said;
}
