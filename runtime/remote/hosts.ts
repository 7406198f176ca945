/** The hosts of `ftpwall remote`: destinations of ssh(1), and the configuration that each is to have. */

/** A host as the user named it. */
export interface RemoteHost {
  /** For ssh: `gw1`, `root@gw1` or `ssh://root@gw1:2222`. */
  readonly destination: string;
  /** Its name alone, which `%h` stands for: `gw1`. */
  readonly name: string;
  /** The configuration folder. */
  readonly folder: string;
}

/**
 * Reads destinations; a text says which one is none. What ssh would take for an option, and what is no part of the name
 * of a host or a user, is refused: nothing of it reaches a shell, and the name becomes part of a path.
 */
export function readHosts(destinations: readonly string[], config: string): readonly RemoteHost[] | string {
  const hosts: RemoteHost[] = [];
  for (const destination of destinations) {
    const name = nameIn(destination);
    if (name === undefined)
      return `\`${destination}\` is no host: write HOST, USER@HOST or ssh://USER@HOST:PORT, with a name as ssh takes it`;
    if (hosts.some((each) => each.destination === destination)) return `${destination} is named twice`;
    hosts.push({ destination, name, folder: config.replaceAll('%h', name) });
  }
  return hosts;
}

function nameIn(destination: string): string | undefined {
  const form =
    /^(?:ssh:\/\/)?(?:[A-Za-z0-9_][\w.+-]*@)?(?<name>\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9][\w.:-]*?)(?::\d{1,5})?\/?$/;
  const isUrl = destination.startsWith('ssh://');
  // Without ssh:// a colon belongs to an IPv6 address.
  const plain = /^(?:[A-Za-z0-9_][\w.+-]*@)?(?<name>[A-Za-z0-9:][\w.:%-]*)$/;
  const name = (isUrl ? form : plain).exec(destination)?.groups?.name;
  return name === undefined || name.includes('..') ? undefined : name.replace(/^\[|\]$/g, '');
}
