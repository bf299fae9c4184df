import { chooseLabels } from './labels';

const model = (...names: string[]) => ({
  name: 'm',
  labels: names.map((name, column) => ({ name, column })),
});

describe('chooseLabels', () => {
  it('gives the labels in the spelling of the model, each once', () => {
    const { labels, problem } = chooseLabels(['PERSON', 'person', 'tv'], model('person', 'TV'));
    expect([labels, problem]).toEqual([['person', 'TV'], undefined]);
  });

  it('tells labels apart that differ in case only', () => {
    const both = model('us', 'US');
    expect(chooseLabels(['US', 'us'], both).labels).toEqual(['US', 'us']);
    expect(chooseLabels(['Us'], both).problem).toContain('knows no "Us"');
  });

  it('says what is not known, and what is alike', () => {
    const { labels, problem } = chooseLabels(['cat', 'phone', 'unicorn'], model('cat', 'cell phone'));
    expect(labels).toEqual(['cat']);
    expect(problem).toBe(
      'model m knows no "phone" (did you mean "cell phone"?), "unicorn"; it knows cat, cell phone',
    );
  });

  it('lists many labels only where they can be seen nowhere else', () => {
    const many = model(...Array.from({ length: 80 }, (_, k) => `class${k}`));
    expect(chooseLabels(['x'], many, 'GET /api/models').problem).toMatch(/; GET \/api\/models tells all 80$/);
    expect(chooseLabels(['x'], many).problem).toContain('class79');
  });

  it('names only some of very many mistakes', () => {
    const wrong = Array.from({ length: 1000 }, (_, k) => `wrong${k}`);
    expect(chooseLabels(wrong, model('cat'), '').problem).toMatch(/"wrong4" and others; it knows cat$/);
  });
});
