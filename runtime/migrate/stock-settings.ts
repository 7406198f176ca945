/** A folder without a settings file: Shorewall takes that of the machine, which is the one it ships until somebody changes it. */
import {
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type SettingDescription, type SettingName, settings } from '../../compiler/language/settings.ts';
import type { Folder } from '../environment/folder.ts';
import { entriesOf } from '../generations/checksums.ts';
import type { Note } from './report.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A copy of the folder with the settings file that Shorewall ships beside its files. */
export interface StockFolder {
  readonly folder: Folder;
  readonly note: Note;
  discard(): void;
}

/** Copies the folder; an error of the file system is thrown. */
export function withStockSettings(folder: Folder): StockFolder {
  const flavour = isOfIpv6(folder) ? 'shorewall6' : 'shorewall';
  const file = `${flavour}.conf`;
  const { path: above, discard } = temporaryFolder();
  const path = join(above, 'folder');
  try {
    copyFolder(folder.path, path);
    writeFileSync(join(path, file), stockText(flavour));
  } catch (error) {
    discard();
    throw error;
  }
  return {
    folder: { ...folder, path, flavour, files: [...folder.files, file].sort() },
    note: {
      kind: 'advice',
      file,
      why: `${folder.name} has no ${file}: it was taken as Shorewall 5.2 ships it. If /etc/${flavour}/${file} of the machine is another, put it into the folder and migrate again`,
    },
    discard,
  };
}

/** Copies files, folders and links; all stay with their owners, so that it is known still who has written them. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { mode: 0o755 });
  for (const { name, isText, isFolder, isFile } of entriesOf(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (!isText) continue; // nothing can name it
    if (isFolder) copyFolder(source, target);
    else if (isFile) copyFileSync(source, target);
    else if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else continue;
    if (process.geteuid?.() === 0) keepOwner(source, target);
  }
}

function keepOwner(source: string, target: string): void {
  const { uid, gid } = lstatSync(source);
  lchownSync(target, uid, gid);
}

/** Shorewall6 knows no zones of IPv4, and Shorewall none of IPv6. */
function isOfIpv6({ path, files }: Folder): boolean {
  return files.includes('zones') && /^\s*\S+\s+(?:ipv6|ipsec6)\b/m.test(readFileSync(join(path, 'zones'), 'utf8'));
}

/** The settings that are shipped with another value than they have when they are left out. */
function stockText(flavour: 'shorewall' | 'shorewall6'): string {
  const lines = (Object.keys(settings) as SettingName[]).flatMap((name) => {
    const { shipped, shipped6, unset, role, doc }: SettingDescription = settings[name];
    const value = flavour === 'shorewall6' ? (shipped6 ?? shipped) : shipped;
    const without =
      (value === unset && name !== 'LOG_LEVEL') || role === 'operational' || doc.endsWith('(ftpwall.conf only)');
    return without ? [] : [`${name}="${value}"\n`];
  });
  return `# What the ${flavour}.conf says that Shorewall ships.\n${lines.join('')}`;
}
