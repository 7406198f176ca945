/** A load in three transactions: what it touches, what continues, and what it leaves when something fails between them. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';
import { emptyRun } from './run-folder.ts';
import { writeScript } from './small-script.ts';

let lab: Lab;
let firewall: Host;

beforeAll(() => {
  lab = openLab([]);
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(() => firewall?.must(['sh', '-c', `nft flush ruleset; ${emptyRun}`]));

let scripts = 0;

const drop = (comment: string) => `counter drop comment "${comment}"`;

/** What else a text has: the last rule of the chain `pair`, the flags of the map, its version, and what stands before it. */
interface Besides {
  readonly last?: string;
  readonly before?: string;
  readonly flags?: string;
  readonly version?: 'ip' | 'ip6';
}

/** A script whose chain `pair` looks into a map of this name and these elements. */
function script(
  hash: string,
  elements: readonly string[],
  { last = drop('policy:1'), flags = '', before: sets = '', version = 'ip' }: Besides = {},
): string {
  scripts += 1;
  const text = (state: string, body: string) =>
    `table inet ftpwall\ndelete table inet ftpwall\ntable inet ftpwall {\n${body}\tchain about {\n\t\tcomment "ftpwall ${state}"\n\t}\n}\n`;
  const map = `${sets}\tmap pair-${hash} {
		type ${version === 'ip' ? 'ipv4' : 'ipv6'}_addr . inet_proto : verdict
${flags}		counter
		elements = {
${elements.map((each) => `\t\t\t${each},\n`).join('')}\t\t}
	}

`;
  const chains = `\tchain forward {
		type filter hook forward priority filter; policy drop;

		counter jump pair comment "to the pair"
	}

	chain pair {
		${version} saddr . meta l4proto vmap @pair-${hash}
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
/** Other elements and another rule, so that the map is exchanged. */
const after = () =>
  script('bbbbbbbb', ['10.0.0.1 . 6 comment "rules:1" : accept', '10.0.0.3 . 17 comment "rules:2" : goto called'], {
    last: drop('policy:2'),
  });

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

/** An nft that does something at its n-th load, or, with `-lt`, from that on. */
function atLoad(name: string, number: number, what: string, unless: '-ne' | '-lt' = '-ne'): string {
  const folder = join(lab.folder, name);
  mkdirSync(folder);
  const count = join(folder, 'count');
  writeFileSync(
    join(folder, 'nft'),
    `#!/bin/sh
if [ "$*" = '-f -' ]; then
    echo >>${count}
    [ "$(wc -l <${count})" ${unless} ${number} ] || { ${what}; }
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
      return ['to the pair', 'called', 'policy:[12]'].map(
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
    expect(await start(after(), atLoad('unremoved', 3, 'exit 1', '-lt'))).toMatchObject({ status: 0 });
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

/** How nft lists all that is loaded, and does something before its first load. */
function listingOnce(name: string, what = ':'): { readonly folder: string; times(): number } {
  const folder = join(lab.folder, name);
  mkdirSync(folder);
  const listed = join(folder, 'listed');
  writeFileSync(
    join(folder, 'nft'),
    `#!/bin/sh
case $* in
    '-p list table inet ftpwall') echo >>${listed} ;;
    '-f -') [ -e ${folder}/loaded ] || { : >${folder}/loaded; ${what}; } ;;
esac
exec ${program('nft').path} "$@"
`,
  );
  chmodSync(join(folder, 'nft'), 0o755);
  return { folder, times: () => readFileSync(listed, 'utf8').length };
}

const drift = async (path: string) => /drift: (\w+)/.exec((await firewall.run(['sh', path, 'status'])).output)?.[1];

/** Ten lines, of which the second is another in each variant. */
const ten = (variant: number) =>
  Array.from({ length: 10 }, (_each, number) => {
    const address = `10.0.0.${number === 1 ? 100 + variant : number}`;
    return `${address} . 6 comment "rules:${number + 1}" : accept`;
  });
const element = (host: number, line: number, counter = '') =>
  `10.0.0.${host} . tcp${counter || ' counter packets 0 bytes 0'} comment "rules:${line}" : accept`;

const mapNames = async () =>
  [...(await firewall.must(['nft', 'list', 'maps'])).matchAll(/map (\S+)/g)].map(([, name]) => name);

/** What is loaded, whatever its maps are called. */
const unnamed = async () => (await listing()).replaceAll(/pair-[0-9a-z]{8}/g, 'pair-NAME');

describeKernel('one element of a map that is another', () => {
  test('is changed in place, alone, and what is loaded is what a full load would make', async () => {
    await start(script('bbbbbbbb', ten(1)));
    const whole = await unnamed();
    await firewall.must(['nft', 'flush', 'ruleset']);
    await start(script('aaaaaaaa', ten(0)));
    const { folder, loaded } = keeping('in-place');
    const next = script('bbbbbbbb', ten(1));
    await start(next, folder);
    expect(loaded()).toEqual([
      `delete element inet ftpwall pair-aaaaaaaa {\n\t10.0.0.100 . 6 comment "rules:2" : accept\n}\n` +
        `add element inet ftpwall pair-aaaaaaaa {\n\t10.0.0.101 . 6 comment "rules:2" : accept\n}\n`,
    ]);
    expect(await unnamed()).toBe(whole);
    // What is noted is true: nothing has changed, nothing is sent, and nobody else has changed anything.
    await start(next, folder);
    expect(loaded().length).toBe(1);
    expect((await firewall.run(['sh', next, 'status'])).output).toContain('drift: none');
  });

  test.each([
    ['another key', ten(1)],
    ['another verdict', ten(0).with(1, '10.0.0.100 . 6 comment "rules:2" : goto called')],
    ['one more', [...ten(0), '9.0.0.1 . 17 comment "rules:11" : drop']],
    ['one less', ten(0).slice(0, 9)],
    ['the first one less', ten(0).slice(1)],
  ])('is known without another listing: %s', async (name, changed) => {
    await start(script('aaaaaaaa', ten(0)));
    const { folder, times } = listingOnce(`listing-${name.replaceAll(' ', '-')}`);
    const next = script('bbbbbbbb', changed);
    await start(next, folder);
    expect(times()).toBe(1);
    expect(await drift(next)).toBe('none');
    // It is changed in place again.
    const again = script('cccccccc', ten(2));
    await start(again, folder);
    expect(times()).toBe(2);
    expect(await mapNames()).toEqual(['pair-aaaaaaaa']);
    expect(await drift(again)).toBe('none');
    await firewall.must(['nft', 'delete', 'element', 'inet', 'ftpwall', 'pair-aaaaaaaa', '{ 10.0.0.3 . tcp }']);
    expect(await drift(again)).toBe('the');
  });

  test('is known whatever the address of IPv6 looks like', async () => {
    const addresses = [
      '2001:db8::1',
      '2001:db8:0:1:1:1:1:1',
      'fe80::1:0:0:1',
      '1::',
      '64:ff9b::c000:201',
      '::ffff:c000:201',
    ];
    const lines = (more: readonly string[]) =>
      ['2001:db8::9', ...more].map((each, line) => `${each} . 17 comment "rules:${line + 1}" : accept`);
    await start(script('aaaaaaaa', lines([]), { version: 'ip6' }));
    for (const [index, address] of addresses.entries()) {
      const next = script(`bbbbbbb${index}`, lines([address]), { version: 'ip6' });
      await start(next);
      expect([address, await drift(next), await mapNames()]).toEqual([address, 'none', ['pair-aaaaaaaa']]);
    }
  });

  test('and something that others change in this moment are told apart', async () => {
    await start(script('aaaaaaaa', ten(0)));
    const foreign = 'add element inet ftpwall pair-aaaaaaaa { 10.9.9.9 . tcp : accept }';
    const { folder } = listingOnce('meanwhile', `${program('nft').path} '${foreign}'`);
    const next = script('bbbbbbbb', ten(1));
    await start(next, folder);
    expect(await drift(next)).toBe('the');
    await start(next);
    expect(await drift(next)).toBe('none');
    expect(await listing()).not.toContain('10.9.9.9');
  });

  test('goes back in place, whatever name the text of then has', async () => {
    await start(script('aaaaaaaa', ten(0)));
    const first = await listing();
    await start(script('bbbbbbbb', ten(1)));
    const second = await listing();
    const third = script('cccccccc', ten(2));
    expect(await firewall.run(['sh', third, 'start', '60'])).toMatchObject({ status: 0 });
    expect(await listing()).toContain('10.0.0.102 . tcp');
    expect(await firewall.run(['sh', third, 'rollback'])).toMatchObject({ status: 0 });
    expect(await listing()).toBe(second);
    await start(script('aaaaaaaa', ten(0)));
    expect(await listing()).toBe(first);
  });

  test('keeps what its line has counted, and all that the others have', async () => {
    await start(script('aaaaaaaa', ten(0)));
    const counted = [
      element(100, 2, ' counter packets 7 bytes 280'),
      element(3, 4, ' counter packets 5 bytes 200'),
    ].join(', ');
    const keys = '10.0.0.100 . tcp : accept, 10.0.0.3 . tcp : accept';
    await firewall.must(
      ['nft', '-f', '-'],
      `delete element inet ftpwall pair-aaaaaaaa { ${keys} }\nadd element inet ftpwall pair-aaaaaaaa { ${counted} }\n`,
    );
    await start(script('bbbbbbbb', ten(1)));
    const listed = await firewall.must(['nft', 'list', 'map', 'inet', 'ftpwall', 'pair-aaaaaaaa']);
    expect(listed).toContain(element(101, 2, ' counter packets 7 bytes 280'));
    expect(listed).toContain(element(3, 4, ' counter packets 5 bytes 200'));
  });

  test('that goes leaves its counts with the other of its line', async () => {
    const two = ['10.0.0.200 . 6 comment "rules:2" : accept', ...ten(0)];
    await start(script('aaaaaaaa', two));
    await firewall.must(
      ['nft', '-f', '-'],
      `delete element inet ftpwall pair-aaaaaaaa { 10.0.0.200 . tcp : accept }
add element inet ftpwall pair-aaaaaaaa { ${element(200, 2, ' counter packets 7 bytes 280')} }
`,
    );
    await start(script('bbbbbbbb', ten(0)));
    expect(await mapNames()).toEqual(['pair-aaaaaaaa']);
    expect(await firewall.must(['nft', 'list', 'map', 'inet', 'ftpwall', 'pair-aaaaaaaa'])).toContain(
      element(100, 2, ' counter packets 7 bytes 280'),
    );
  });

  const twice = 'ip daddr . meta l4proto vmap @pair-';
  test.each<[string, (hash: string, variant: number) => string]>([
    ['a rule is another too', (hash, variant) => script(hash, ten(variant), { last: drop(`policy:${variant}`) })],
    ['two rules look into it', (hash, variant) => script(hash, ten(variant), { last: twice + hash })],
    ['it has intervals', (hash, variant) => script(hash, ten(variant), { flags: '\t\tflags interval\n' })],
    [
      'most of them are others',
      (hash, variant) =>
        script(
          hash,
          ten(0).map((each) => each.replace('10.0', `10.${variant}`)),
        ),
    ],
  ])('is exchanged with its map where %s', async (_name, texts) => {
    await start(texts('bbbbbbbb', 1));
    const whole = await listing();
    await start(texts('aaaaaaaa', 0));
    expect(await mapNames()).toEqual(['pair-aaaaaaaa']);
    await start(texts('bbbbbbbb', 1));
    expect(await mapNames()).toEqual(['pair-bbbbbbbb']);
    expect(await listing()).toBe(whole);
  });

  /** With a set that fills at run time and has a name that could be that of a content. */
  const filling = (text: string, hash: string, variant: number, besides: Besides = {}) =>
    script(hash, ten(variant), {
      ...besides,
      before: `\tset bad-networks {
\t\ttype ipv4_addr
\t\tflags interval,timeout
\t\telements = { ${text} }
\t}

`,
    });
  const add = (element: string) =>
    firewall.must(['nft', 'add', 'element', 'inet', 'ftpwall', 'bad-networks', `{ ${element} }`]);

  test('goes back in place whatever has filled sets meanwhile', async () => {
    await start(filling('192.0.2.1', 'aaaaaaaa', 0));
    await add('198.51.100.1 timeout 1h');
    const second = filling('192.0.2.1', 'bbbbbbbb', 1);
    await firewall.run(['sh', second, 'start', '60']);
    await add('198.51.100.2');
    expect(await listing()).toContain('10.0.0.101 . tcp');
    expect(await firewall.run(['sh', second, 'rollback'])).toMatchObject({ status: 0 });
    expect(await listing()).toContain('10.0.0.100 . tcp');
    expect(await mapNames()).toEqual(['pair-aaaaaaaa']);
    expect(await listing()).toMatch(/set bad-networks [^}]*198\.51\.100\.2/);
    expect((await firewall.run(['sh', second, 'status'])).output).toContain('drift: none');
  });

  test('goes back with rules that are others, under the names of then', async () => {
    await start(filling('192.0.2.1', 'aaaaaaaa', 0));
    await start(filling('192.0.2.1', 'bbbbbbbb', 1));
    const before = await listing();
    const third = filling('192.0.2.1', 'aaaaaaaa', 0, { last: drop('policy:2') });
    await firewall.run(['sh', third, 'start', '60']);
    expect(await mapNames()).toEqual(['pair-00000001']);
    expect(await firewall.run(['sh', third, 'rollback'])).toMatchObject({ status: 0 });
    expect(await listing()).toBe(before);
    expect((await firewall.run(['sh', third, 'status'])).output).toContain('drift: none');
  });

  test('goes back under its name where others have changed the rules meanwhile', async () => {
    await start(script('aaaaaaaa', ten(0)));
    const before = await listing();
    const second = script('bbbbbbbb', ten(1));
    await firewall.run(['sh', second, 'start', '60']);
    await firewall.must(['nft', 'add', 'rule', 'inet', 'ftpwall', 'called', 'counter', 'comment', '"others"']);
    expect(await firewall.run(['sh', second, 'rollback'])).toMatchObject({ status: 0 });
    expect(await listing()).toBe(before);
    expect((await firewall.run(['sh', second, 'status'])).output).toContain('drift: none');
  });

  test('leaves sets that fill at run time their names', async () => {
    await start(filling('192.0.2.1', 'aaaaaaaa', 0));
    await start(filling('192.0.2.1, 192.0.2.7', 'bbbbbbbb', 1));
    expect(await listing()).toMatch(/set bad-networks [^}]*192\.0\.2\.1, 192\.0\.2\.7/);
    expect(await mapNames()).toEqual(['pair-bbbbbbbb']);
  });

  test('makes a map get a name of its own where that of its content is taken by now', async () => {
    await start(script('aaaaaaaa', ten(0)));
    await start(script('bbbbbbbb', ten(1)));
    expect(await mapNames()).toEqual(['pair-aaaaaaaa']);
    const next = script('aaaaaaaa', ten(0), { last: drop('policy:2') });
    expect(await start(next)).toMatchObject({ status: 0 });
    expect(await mapNames()).toEqual(['pair-00000001']);
    const loaded = await unnamed();
    await start(next);
    expect(await mapNames()).toEqual(['pair-00000001']);
    await firewall.must(['nft', 'flush', 'ruleset']);
    await start(next);
    expect(await unnamed()).toBe(loaded);
  });
});
