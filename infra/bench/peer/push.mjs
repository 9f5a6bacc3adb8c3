// Creates contacts in a new folder with Microsoft's own client, twenty to a batch, as its documentation
// shows: https://learn.microsoft.com/graph/sdks/batch-requests.
//
// Reads one line of JSON from standard input, {"url": "http://…/v1.0", "token", "folder", "contacts": […]},
// and prints one, {"created", "calls", "seconds"}. Then it waits for the end of the input, so that what the
// process has used can be read while it lives.

import { createInterface } from "node:readline";
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  HTTPMessageHandler,
  RetryHandler,
  RetryHandlerOptions,
} from "@microsoft/microsoft-graph-client";

const BATCH = 20;
const REPEATED = new Set([429, 503, 504]);
const HEADERS = { "content-type": "application/json", prefer: 'IdType="ImmutableId"' };

// The client's own authentication handler gives no token to addresses without TLS, which the simulator has.
class PlainAuthentication {
  constructor(token) {
    this.authorization = `Bearer ${token}`;
  }

  setNext(next) {
    this.next = next;
  }

  execute(context) {
    context.options.headers = { ...context.options.headers, authorization: this.authorization };
    return this.next.execute(context);
  }
}

function connect(url, token, count) {
  const retry = new RetryHandler(new RetryHandlerOptions());
  const counting = {
    setNext(next) {
      this.next = next;
    },
    execute(context) {
      count();
      return this.next.execute(context);
    },
  };
  const chain = [new PlainAuthentication(token), retry, counting, new HTTPMessageHandler()];
  const base = new URL(url);
  return Client.initWithMiddleware({
    middleware: chain,
    baseUrl: `${base.origin}/`,
    defaultVersion: base.pathname.slice(1),
  });
}

function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

// Sends one batch until every contact in it is there.
async function create(client, address, contacts) {
  let waiting = new Map(contacts.map((contact, index) => [String(index), contact]));
  while (waiting.size > 0) {
    const steps = [...waiting].map(([id, contact]) => ({
      id,
      request: new Request(address, { method: "POST", headers: HEADERS, body: JSON.stringify(contact) }),
    }));
    const content = await new BatchRequestContent(steps).getContent();
    const answer = new BatchResponseContent(await client.api("/$batch").post(content));
    const again = new Map();
    let wait = 0;
    for (const [id, contact] of waiting) {
      const response = answer.getResponseById(id);
      if (REPEATED.has(response.status)) {
        again.set(id, contact);
        wait = Math.max(wait, Number(response.headers.get("retry-after") ?? 1));
      } else if (response.status !== 201) {
        throw new Error(`contact ${id}: ${response.status} ${await response.text()}`);
      }
    }
    waiting = again;
    if (wait > 0) await sleep(wait);
  }
}

async function push({ url, token, folder, contacts }) {
  let calls = 0;
  const client = connect(url, token, () => (calls += 1));
  const started = performance.now();
  const made = await client.api("/me/contactFolders").post({ displayName: folder });
  // The host is cut off by the client; batches hold paths without a version.
  const address = `${new URL(url).origin}/me/contactFolders/${encodeURIComponent(made.id)}/contacts`;
  for (let start = 0; start < contacts.length; start += BATCH) {
    await create(client, address, contacts.slice(start, start + BATCH));
  }
  return { created: contacts.length, calls, seconds: (performance.now() - started) / 1000 };
}

const input = createInterface({ input: process.stdin });
const ended = new Promise((resolve) => input.once("close", resolve));
input.once("line", async (line) => {
  console.log(JSON.stringify(await push(JSON.parse(line))));
});
await ended;
