// graphile-worker on the PostgreSQL database DATABASE_URL; with LOCAL_QUEUE=1 as its manual says for the most jobs a second.

import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { measure } from "./measure.mjs";

const connectionString = process.env.DATABASE_URL;
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ connectionString, logger });
await utils.migrate();

await measure({
  add: (number) => utils.addJob("noop", { number }),
  addMany: (numbers) => utils.addJobs(numbers.map((number) => ({ identifier: "noop", payload: { number } }))),
  async work(concurrency, began) {
    const batches = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
    const preset = {
      worker: {
        connectionString,
        concurrentJobs: concurrency,
        maxPoolSize: concurrency + 1,
        ...(process.env.LOCAL_QUEUE === "1" ? batches : {}),
      },
    };
    const runner = await run({ preset, logger, noHandleSignals: true, taskList: { noop: async () => began() } });
    return () => runner.stop();
  },
  close: () => utils.release(),
});
