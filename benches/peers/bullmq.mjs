// BullMQ on the Redis at the socket REDIS_SOCKET.

import { Queue, Worker } from "bullmq";
import { measure } from "./measure.mjs";

const connection = { path: process.env.REDIS_SOCKET, maxRetriesPerRequest: null };
const queue = new Queue("noop", { connection });
await queue.waitUntilReady();

await measure({
  add: (number) => queue.add("noop", { number }),
  addMany: (numbers) => queue.addBulk(numbers.map((number) => ({ name: "noop", data: { number } }))),
  async work(concurrency, began) {
    const worker = new Worker("noop", async () => began(), { connection, concurrency });
    await worker.waitUntilReady();
    return () => worker.close();
  },
  close: () => queue.close(),
});
