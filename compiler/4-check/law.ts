/** What a law of stage 4 is. */
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import type { Model } from '../model/index.ts';

/** What a law may look at. */
export type Law = (model: Model, context: { readonly environment: Environment; readonly report: Report }) => void;
