/** Rates. */
/** `count` things in each `per`, and `burst` more at once. */
export interface Rate {
  readonly count: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day';
  readonly burst: number;
}
