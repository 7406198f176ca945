/** Writes how much memory a process needed at most, in KiB, into the file that FTPWALL_MEMORY names. */
const { writeFileSync } = require('node:fs');
process.on('exit', () => writeFileSync(process.env.FTPWALL_MEMORY, String(process.resourceUsage().maxRSS)));
