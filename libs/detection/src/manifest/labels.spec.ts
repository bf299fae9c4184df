import { chooseLabels } from './labels';

const model = (...names: string[]) => ({
  name: 'm',
  labels: names.map((name, column) => ({ name, column })),
});

describe('chooseLabels', () => {
  it('returns the labels as the model spells them, each once', () => {
    const { labels, problem } = chooseLabels(['PERSON', 'person', 'tv'], model('person', 'TV'));
    expect([labels, problem]).toEqual([['person', 'TV'], undefined]);
  });

  it('distinguishes labels that differ only in case', () => {
    const both = model('us', 'US');
    expect(chooseLabels(['US', 'us'], both).labels).toEqual(['US', 'us']);
    expect(chooseLabels(['Us'], both).problem).toContain('has no class "Us"');
  });

  it('names unknown classes and suggests similar ones', () => {
    const { labels, problem } = chooseLabels(['cat', 'phone', 'unicorn'], model('cat', 'cell phone'));
    expect(labels).toEqual(['cat']);
    expect(problem).toBe(
      'model m has no class "phone" (did you mean "cell phone"?), "unicorn"; its classes are cat, cell phone',
    );
  });

  it('lists many labels only if it cannot refer to a page', () => {
    const many = model(...Array.from({ length: 80 }, (_, k) => `class${k}`));
    expect(chooseLabels(['x'], many, 'GET /api/models').problem).toMatch(
      /; see GET \/api\/models for all 80$/,
    );
    expect(chooseLabels(['x'], many).problem).toContain('class79');
  });

  it('names only some of many unknown classes', () => {
    const wrong = Array.from({ length: 1000 }, (_, k) => `wrong${k}`);
    expect(chooseLabels(wrong, model('cat'), '').problem).toMatch(
      /"wrong4" and others; its classes are cat$/,
    );
  });
});
