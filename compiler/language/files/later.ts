/**
 * Files whose meaning comes later: routing, marks and shaping. Their lines are read by their columns, and the first of
 * them is an error at its place, so that nothing is left out in silence.
 */
import { markingFiles } from './marking.ts';

export const laterFiles = [...markingFiles] as const;
