/** Waits for a fact and not for a time: a busy machine comes to it later. */

/** Seconds after which what has not come about never will. */
const most = 120;

/** Asks again and again until the answer is yes. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + most * 1000; !(await what()); ) {
    if (Date.now() > end) throw new Error(`it did not come about within ${most} seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
