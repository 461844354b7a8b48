/** A program that typesets a report with drawings in two fonts, and tells the hash of the paper. */
import { createHash } from 'node:crypto';
import { renderPaper } from '../paper/paper.ts';
import { figuresIn } from '../render/outline.ts';
import { nastyReport } from './nasty.ts';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" font-family="DejaVu Sans"><text y="20" font-weight="bold">bold</text><text y="40">plain</text></svg>';

const model = nastyReport();
const charts = Object.fromEntries(
  figuresIn(model).map(({ id }, index) => {
    const svg = SVG.replace('plain', `plain ${index}`);
    return [id, { svg, width: 90, height: 60, across: false }];
  }),
);
const paper = renderPaper(model, charts);
process.stdout.write(createHash('sha256').update(paper).digest('hex'));
