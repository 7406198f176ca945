/** A load in three transactions: what it touches, what continues, and what it leaves when something fails between them. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';
import { writeScript } from './small-script.ts';

vi.setConfig({ testTimeout: 60_000 });

let lab: Lab;
let firewall: Host;

beforeAll(() => {
  lab = openLab([]);
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(() => firewall?.must(['sh', '-c', 'nft flush ruleset; rm -rf /run/ftpwall']));

let scripts = 0;

/** A script whose chain `pair` looks into a map of this name and these elements, and ends with this rule. */
function script(hash: string, elements: readonly string[], last = 'counter drop comment "policy:1"'): string {
  scripts += 1;
  const text = (state: string, body: string) =>
    `table inet ftpwall\ndelete table inet ftpwall\ntable inet ftpwall {\n${body}\tchain about {\n\t\tcomment "ftpwall ${state}"\n\t}\n}\n`;
  const map = `\tmap pair-${hash} {
		type ipv4_addr . inet_proto : verdict
		counter
		elements = {
${elements.map((each) => `\t\t\t${each},\n`).join('')}\t\t}
	}

`;
  const chains = `\tchain forward {
		type filter hook forward priority filter; policy drop;

		counter jump pair comment "to the pair"
	}

	chain pair {
		ip saddr . meta l4proto vmap @pair-${hash}
		${last}
	}

	chain called {
		counter drop comment "called"
	}

`;
  return writeScript(lab.folder, `transactions-${scripts}`, {
    ruleset: text('running', map + chains),
    stopped: text('stopped', ''),
  });
}

const before = () =>
  script('aaaaaaaa', ['10.0.0.1 . 6 comment "rules:1" : accept', '10.0.0.2 . 17 comment "rules:2" : goto called']);
const after = () =>
  script('bbbbbbbb', ['10.0.0.1 . 6 comment "rules:1" : accept', '10.0.0.3 . 17 comment "rules:2" : goto called']);

async function start(path: string, folder?: string): Promise<Ended> {
  const found = folder === undefined ? '' : `PATH=${folder}:$PATH `;
  return firewall.run(['sh', '-c', `${found}exec sh ${path} start`]);
}

/** Without counts and handles, chains and sets in the order of their names. */
async function listing(): Promise<string> {
  const listed = await firewall.must(['nft', '-s', 'list', 'ruleset']);
  return listed
    .split(/\n\n/)
    .map((block) => block.replace(/^table.*\{\n|\n\}\n$/g, ''))
    .sort()
    .join('\n\n');
}

/** An nft that does something at its n-th load. */
function atLoad(name: string, number: number, what: string): string {
  const folder = join(lab.folder, name);
  mkdirSync(folder);
  const count = join(folder, 'count');
  writeFileSync(
    join(folder, 'nft'),
    `#!/bin/sh
if [ "$*" = '-f -' ]; then
    echo >>${count}
    [ "$(wc -l <${count})" -ne ${number} ] || { ${what}; }
fi
exec ${program('nft').path} "$@"
`,
  );
  chmodSync(join(folder, 'nft'), 0o755);
  return folder;
}

/** An nft that keeps what it loads, a file for each transaction. */
function keeping(name: string): { readonly folder: string; loaded(): readonly string[] } {
  const folder = join(lab.folder, name);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'nft'),
    `#!/bin/sh
[ "$*" = '-f -' ] || exec ${program('nft').path} "$@"
number=$(ls ${folder} | wc -l)
cat >${folder}/$number
exec ${program('nft').path} -f ${folder}/$number
`,
  );
  chmodSync(join(folder, 'nft'), 0o755);
  const files = () => readdirSync(folder).filter((file) => file !== 'nft');
  return {
    folder,
    loaded: () =>
      files()
        .sort()
        .map((file) => readFileSync(join(folder, file), 'utf8')),
  };
}

describeKernel('a load', () => {
  test('makes maps before the transaction that changes rules, and deletes them after it', async () => {
    await start(before());
    const { folder, loaded } = keeping('kept');
    await start(after(), folder);
    const [add, change, remove, ...more] = loaded();
    expect(more).toEqual([]);
    expect(add).toContain('map pair-bbbbbbbb {');
    expect(add).not.toMatch(/vmap|flush|delete/);
    expect(change).toContain('vmap @pair-bbbbbbbb');
    expect(change).not.toMatch(/\bmap pair|\bset |delete/);
    expect(remove).toBe('delete map inet ftpwall pair-aaaaaaaa\n');
  });

  test('is, bit by bit, what it is as a whole', async () => {
    await start(after());
    const whole = await listing();
    await firewall.must(['nft', 'flush', 'ruleset']);
    await start(before());
    expect(await start(after())).toMatchObject({ status: 0 });
    expect(await listing()).toBe(whole);
  });

  test('continues counters of elements: by key, else with their line', async () => {
    await start(before());
    const counted = (key: string, packets: number, rest: string) =>
      `${key} counter packets ${packets} bytes ${packets * 40} ${rest}`;
    const elements = [
      counted('10.0.0.1 . tcp', 5, 'comment "rules:1" : accept'),
      counted('10.0.0.2 . udp', 7, 'comment "rules:2" : goto called'),
    ];
    await firewall.must(
      ['nft', '-f', '-'],
      `flush map inet ftpwall pair-aaaaaaaa\nadd element inet ftpwall pair-aaaaaaaa { ${elements.join(', ')} }\n`,
    );
    await start(after());
    const listed = await firewall.must(['nft', 'list', 'map', 'inet', 'ftpwall', 'pair-bbbbbbbb']);
    expect(listed).toContain('10.0.0.1 . tcp counter packets 5 bytes 200 comment "rules:1"');
    expect(listed).toContain('10.0.0.3 . udp counter packets 7 bytes 280 comment "rules:2"');
  });

  test('touches no chain and no map that is the same', async () => {
    await start(before());
    const handles = async () => {
      const listed = await firewall.must(['nft', '-a', 'list', 'table', 'inet', 'ftpwall']);
      return ['to the pair', 'called', 'policy:1'].map(
        (comment) => new RegExp(`comment "${comment}" # handle (\\d+)`).exec(listed)?.[1],
      );
    };
    const first = await handles();
    await start(before());
    expect(await handles()).toEqual(first);
    await start(after());
    const second = await handles();
    expect(second.slice(0, 2)).toEqual(first.slice(0, 2));
    expect(second[2]).not.toBe(first[2]);
  });

  test.each([
    ['the rules are refused', 2, 'exit 1', 3],
    ['the script is killed before the rules', 2, 'kill -KILL $PPID; sleep 0.2; exit 1', undefined],
    ['the script is killed before the new maps', 1, 'kill -KILL $PPID; sleep 0.2; exit 1', undefined],
  ])('leaves the old rules and no litter when %s', async (name, number, what, status) => {
    await start(before());
    const old = await listing();
    const next = after();
    const ended = await start(next, atLoad(name.replaceAll(' ', '-'), number, what));
    if (status !== undefined) expect(ended.status).toBe(status);
    for (let tries = 0; tries < 100 && (await listing()) !== old; tries += 1)
      await new Promise((go) => setTimeout(go, 100));
    expect(await listing()).toBe(old);
    // And nothing keeps the next one from its work.
    expect(await start(next)).toMatchObject({ status: 0 });
    expect(await listing()).not.toContain('aaaaaaaa');
  });

  test('stands when what is unused could not be removed, and the next one removes it', async () => {
    await start(before());
    expect(await start(after(), atLoad('unremoved', 3, 'exit 1'))).toMatchObject({ status: 0 });
    expect(await listing()).toContain('@pair-bbbbbbbb');
    expect(await listing()).toContain('map pair-aaaaaaaa');
    expect(await start(after())).toMatchObject({ status: 0 });
    expect(await listing()).not.toContain('aaaaaaaa');
  });

  test('replaces the whole of a table that others have changed', async () => {
    await start(after());
    const whole = await listing();
    await firewall.must(['nft', 'flush', 'map', 'inet', 'ftpwall', 'pair-bbbbbbbb']);
    await start(after());
    expect(await listing()).toBe(whole);
  });
});
