/** What the lines of the configuration say that was loaded: from the copy that the running generation keeps. */
import { join } from 'node:path';
import { readText } from '../environment/configuration-file.ts';
import { listGenerations } from './generation.ts';

export class LineTexts {
  readonly #configuration: string | undefined;
  readonly #files = new Map<string, readonly string[]>();

  private constructor(configuration: string | undefined) {
    this.#configuration = configuration;
  }

  /** Those of the generation that runs; of none when it is damaged. */
  static ofCurrent(state: string): LineTexts {
    const current = listGenerations(state).find(({ links }) => links.includes('current'));
    return new LineTexts(current && current.damage === undefined ? join(current.folder, 'configuration') : undefined);
  }

  /** The text of a place such as `rules:14`; empty when the place is no line, or was not kept. */
  of(place: string): string {
    const [, file, number] = /^([^:]+):(\d+)$/.exec(place) ?? [];
    if (file === undefined || this.#configuration === undefined) return '';
    return (this.#linesOf(this.#configuration, file)[Number(number) - 1] ?? '').trim().replace(/\s+/g, ' ');
  }

  #linesOf(configuration: string, name: string): readonly string[] {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = readText(join(configuration, name));
    const lines = file.kind === 'text' ? file.text.split('\n') : []; // a line of an included file that lies elsewhere
    this.#files.set(name, lines);
    return lines;
  }
}
