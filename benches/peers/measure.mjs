// The measurements that benches/queue.rs takes of our queue, of any other: `node PEER.mjs COMMAND NUMBER…`, one line of JSON.
//
// A peer is { add(number), addMany(numbers), work(concurrency, began) → stop, close() }; `began` is to be called when a job begins.

const now = () => performance.now();
const range = (count) => Array.from({ length: count }, (_, number) => number);
const BATCH = 1000;

async function fill(peer, jobs) {
  for (let from = 0; from < jobs; from += BATCH) await peer.addMany(range(Math.min(BATCH, jobs - from)));
  return {};
}

async function add(peer, single, bulk) {
  await peer.add(0); // The connection is there, as ours is.
  let begun = now();
  for (let number = 0; number < single; number++) await peer.add(number);
  const oneByOne = (single * 1e3) / (now() - begun);
  begun = now();
  await fill(peer, bulk);
  return { add_single: oneByOne, add_bulk: (bulk * 1e3) / (now() - begun) };
}

async function work(peer, jobs, concurrency) {
  let left = jobs;
  let all;
  const last = new Promise((resolve) => (all = resolve));
  const begun = now();
  const stop = await peer.work(concurrency, () => --left === 0 && all(now()));
  const took = (await last) - begun;
  await stop();
  return { jobs_per_second: (jobs * 1e3) / took };
}

async function pickup(peer, jobs) {
  let began;
  const stop = await peer.work(10, () => began(now()));
  const [afterAdd, inAll] = [[], []];
  for (let number = 0; number < jobs; number++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 20));
    const ran = new Promise((resolve) => (began = resolve));
    const begun = now();
    await peer.add(number);
    const added = now();
    const at = await ran;
    afterAdd.push(Math.max(0, at - added));
    inAll.push(at - begun);
  }
  await stop();
  return { after_add_ms: afterAdd, in_all_ms: inAll };
}

export async function measure(peer) {
  const [command, ...numbers] = process.argv.slice(2);
  const result = await { fill, add, work, pickup }[command](peer, ...numbers.map(Number));
  await peer.close();
  process.stdout.write(JSON.stringify(result));
  process.exit(0);
}
