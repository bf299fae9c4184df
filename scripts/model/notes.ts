import { type Manifest } from '#detection';
import { exchangeable } from './guess';

/**
 * What is valid in a manifest and yet probably not meant.
 * @param text of its file, which tells what was written and what is by default
 */
export function notesOn({ labels, input, output }: Manifest, text: string): string[] {
  const notes: string[] = [];
  const names = labels.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  if (twice.size > 0) {
    notes.push(`labels: ${quoted(twice)} stands for several classes; a job that asks for it gets them all.`);
  }
  const withComma = names.filter((name) => name.includes(','));
  if (withComma.length > 0) {
    notes.push(
      `labels: ${quoted(withComma)} has a comma in it: jobs cannot ask for it, since commas separate the classes they name.`,
    );
  }
  const { input: written = {} } = JSON.parse(text.replace(/^\uFEFF/, '')) as { input?: object };
  const unused = ['align', 'pad'].filter((field) => field in written);
  if (input.resize === 'stretch' && unused.length > 0) {
    notes.push(
      `input: ${unused.join(' and ')} does nothing where resize is stretch; "resize": "letterbox" keeps the aspect ratio.`,
    );
  }
  if (output.head === 'ssd-anchors') notes.push(exchangeable(output.boxes, output.anchors));
  return notes;
}

function quoted(names: Iterable<string>): string {
  return [...names].map((name) => `"${name}"`).join(', ');
}
