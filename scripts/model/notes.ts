import { type Manifest } from '#detection';
import { swapHint } from './families/ssd';

/**
 * Warnings about valid settings that are probably unintended.
 * @param text of the manifest's file, to tell written fields from defaults
 */
export function notesOn({ labels, input, output }: Manifest, text: string): string[] {
  const notes: string[] = [];
  const names = labels.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  if (twice.size > 0) {
    notes.push(`labels: ${quoted(twice)} names several classes; a job that selects it gets all of them.`);
  }
  const withComma = names.filter((name) => name.includes(','));
  if (withComma.length > 0) {
    notes.push(
      `labels: ${quoted(withComma)} contains a comma: jobs cannot select it, because commas separate class names.`,
    );
  }
  const { input: written = {} } = JSON.parse(text.replace(/^\uFEFF/, '')) as { input?: object };
  const unused = ['align', 'pad'].filter((field) => field in written);
  if (input.resize === 'stretch' && unused.length > 0) {
    notes.push(
      `input: ${unused.join(' and ')} has no effect if resize is stretch; "resize": "letterbox" keeps the aspect ratio.`,
    );
  }
  if (output.head === 'ssd-anchors') notes.push(swapHint(output.boxes, output.anchors));
  return notes;
}

function quoted(names: Iterable<string>): string {
  return [...names].map((name) => `"${name}"`).join(', ');
}
