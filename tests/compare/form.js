// A form of six choices in the Bot Framework: a waterfall of choice prompts,
// the state in MemoryStorage, everything in this one process. It prints how
// many turns it takes in a second of the clock and in a second of the processor,
// which others on the machine don't change.
'use strict';

const { BotAdapter, ConversationState, MemoryStorage, TurnContext } = require('botbuilder');
const { ChoicePrompt, DialogSet, DialogTurnStatus, ListStyle, WaterfallDialog } = require('botbuilder-dialogs');

const conversations = 256; // as form_test.go has them
const seconds = Number(process.argv[2] || 5);
const questions = [
  ['Waar gaat het over?', ['wonen', 'geld', 'werk', 'zorg']],
  ['Wat speelt er?', ['huurachterstand', 'huur te hoog', 'iets anders']],
  ['Van wie huurt u?', ['corporatie', 'particulier', 'weet ik niet']],
  ['Hebt u een brief gekregen?', ['aanmaning', 'deurwaarder', 'geen brief']],
  ['Klopt dit?', ['ja', 'nee']],
  ['Wilt u een mens spreken?', ['ja', 'nee']],
];

// Adapter sends nowhere: only the turns themselves are measured.
class Adapter extends BotAdapter {
  constructor() {
    super();
    this.sent = 0;
  }
  async sendActivities(context, activities) {
    this.sent += activities.length;
    return activities.map((_, i) => ({ id: String(i) }));
  }
  async updateActivity() {}
  async deleteActivity() {}
  take(activity, logic) {
    return this.runMiddleware(new TurnContext(this, activity), logic);
  }
}

const adapter = new Adapter();
const state = new ConversationState(new MemoryStorage());
const dialogs = new DialogSet(state.createProperty('dialog'));
const prompt = new ChoicePrompt('keus', undefined, 'nl-nl');
prompt.style = ListStyle.suggestedAction;
dialogs.add(prompt);
dialogs.add(new WaterfallDialog('formulier', [
  ...questions.map(([text, choices], i) => async (step) => {
    if (i > 0) step.values[i - 1] = step.result.value;
    return step.prompt('keus', { prompt: text, choices });
  }),
  async (step) => {
    step.values[questions.length - 1] = step.result.value;
    await step.context.sendActivity('Dank u wel: ' + Object.values(step.values).join(', '));
    return step.endDialog(step.values);
  },
]));

let finished = 0;
async function logic(context) {
  const dc = await dialogs.createContext(context);
  const result = await dc.continueDialog();
  if (result.status === DialogTurnStatus.empty) await dc.beginDialog('formulier');
  if (result.status === DialogTurnStatus.complete) finished++;
  await state.saveChanges(context);
}

function message(conversation, text) {
  return {
    type: 'message', id: '1', text, channelId: 'test', locale: 'nl-nl', serviceUrl: 'test',
    conversation: { id: 'gesprek-' + conversation }, from: { id: 'u' + conversation }, recipient: { id: 'bot' },
  };
}

async function run(ms) {
  const begun = process.hrtime.bigint();
  const before = process.cpuUsage();
  const end = begun + BigInt(ms) * 1000000n;
  let turns = 0;
  for (let round = 0; process.hrtime.bigint() < end; round++) {
    const step = round % (questions.length + 1);
    const text = step === 0 ? 'hoi' : questions[step - 1][1][0];
    for (let c = 0; c < conversations; c++) {
      await adapter.take(message(c, text), logic);
      turns++;
    }
  }
  // Whole forms only, so that the next run begins at the opening.
  for (let round = Math.ceil(turns / conversations); round % (questions.length + 1) !== 0; round++) {
    const text = questions[round % (questions.length + 1) - 1][1][0];
    for (let c = 0; c < conversations; c++) {
      await adapter.take(message(c, text), logic);
      turns++;
    }
  }
  const used = process.cpuUsage(before);
  return {
    clock: Math.round(turns / (Number(process.hrtime.bigint() - begun) / 1e9)),
    processor: Math.round(turns / ((used.user + used.system) / 1e6)),
  };
}

(async () => {
  await run(2000); // the compiler warms up
  finished = 0;
  const rates = await run(seconds * 1000);
  if (finished === 0) throw new Error('no form was finished: the script is wrong');
  console.log(rates.clock, rates.processor);
})().catch((err) => {
  console.error(err);
  process.exit(1);
});
