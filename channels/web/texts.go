package web

import "wegwijzer/knowledge"

// texts are the words of the chat page around the conversation. The script
// gets the same ones, so that the page reads alike with and without it.
type texts map[string]string

// textsFor returns the page's words in a language; every language but English
// gets Dutch, as the dialogs do.
func textsFor(lang knowledge.Lang) texts {
	if lang == knowledge.EN {
		return english()
	}
	return dutch()
}

func dutch() texts {
	return texts{
		"lang":       "nl",
		"title":      "Wegwijzer gemeente",
		"skip":       "Naar het tekstvak",
		"example":    "Voorbeeld: organisaties en mensen zijn verzonnen.",
		"with_bot":   "U praat met een computerprogramma.",
		"with_human": "U praat met",
		"exit":       "Sluit snel",
		"exit_more": "“Sluit snel” verlaat deze pagina en vergeet het gesprek op dit apparaat. " +
			"Uw browser kan nog tonen dat u hier was. Wis dat zelf bij Geschiedenis in uw browser.",
		"more":      "Meer",
		"larger":    "Grote letters",
		"aloud":     "Lees antwoorden voor",
		"print":     "Druk het gesprek af",
		"save":      "Bewaar als tekst",
		"save_data": "Bewaar als gegevens",
		"wipe":      "Wis mijn gesprek",
		"wipe_say":  "Alles wat u schreef is dan weg, ook bij ons. Dit kunt u niet terugdraaien.",
		"urgent":    "Direct hulp nodig?",
		"gemeente":  "Uw gemeente",
		"log":       "Gesprek",
		"your_say":  "Uw bericht",
		"send":      "Verstuur",
		"begin":     "Begin het gesprek",
		"refresh":   "Haal nieuwe antwoorden op",
		"intro": "Vertel in uw eigen woorden waar u hulp bij zoekt. De hulp is gratis en onafhankelijk. " +
			"U hoeft uw naam niet te zeggen.",
		"waitbot":     "Even geduld, het antwoord komt er zo aan.",
		"you":         "U",
		"bot":         "Computerprogramma",
		"supporter":   "cliëntondersteuner",
		"typing":      "Er wordt een antwoord getypt…",
		"waiting":     "Wacht op verzenden",
		"failed":      "Niet verstuurd.",
		"sources":     "Hier kunt u terecht",
		"choices":     "Kies een antwoord",
		"phone":       "Telefoon:",
		"hours":       "Open:",
		"address":     "Adres:",
		"why":         "Waarom deze:",
		"checked":     "Gecontroleerd op",
		"again":       "Begin een nieuw gesprek",
		"gone":        "Het gesprek is gewist. U kunt een nieuw gesprek beginnen.",
		"not_erased":  "Wissen lukt nu niet. Probeer het zo opnieuw.",
		"unreachable": "Wij zijn nu niet bereikbaar. Wat u typt, sturen wij zodra het weer kan. U kunt ook bellen:",
		"busy":        "U stuurt nu veel achter elkaar. Wacht even.",
		// The label above a message says in words what the frame around it shows.
		"kind_crisis":   "Direct hulp",
		"kind_summary":  "Zo heb ik het begrepen",
		"kind_consent":  "Uw toestemming",
		"kind_handover": "Wie u helpt",
		"kind_plan":     "Uw plan",
		"plan_open":     "Lees het plan of druk het af",
		"plan_page":     "Bewaar als webpagina",
		"plan_pdf":      "Bewaar als PDF",
		"kind_notice":   "Let op",
	}
}

func english() texts {
	return texts{
		"lang":       "en",
		"title":      "Help guide municipality",
		"skip":       "Go to the text box",
		"example":    "Example: organisations and people are made up.",
		"with_bot":   "You are talking to a computer program.",
		"with_human": "You are talking to",
		"exit":       "Leave now",
		"exit_more": "“Leave now” leaves this page and forgets the conversation on this device. " +
			"Your browser may still show that you were here. Clear that yourself in your browser's History.",
		"more":      "More",
		"larger":    "Large letters",
		"aloud":     "Read answers aloud",
		"print":     "Print the conversation",
		"save":      "Save as text",
		"save_data": "Save as data",
		"wipe":      "Erase my conversation",
		"wipe_say":  "Everything that you wrote is then gone, with us too. You can't undo this.",
		"urgent":    "Need help right now?",
		"gemeente":  "Your municipality",
		"log":       "Conversation",
		"your_say":  "Your message",
		"send":      "Send",
		"begin":     "Start the conversation",
		"refresh":   "Get new answers",
		"intro": "Tell in your own words what you need help with. The help is free and independent. " +
			"You don't have to give your name.",
		"waitbot":       "One moment, the answer is coming.",
		"you":           "You",
		"bot":           "Computer program",
		"supporter":     "client supporter",
		"typing":        "An answer is being typed…",
		"waiting":       "Waiting to be sent",
		"failed":        "Not sent.",
		"sources":       "Where you can go",
		"choices":       "Choose an answer",
		"phone":         "Phone:",
		"hours":         "Open:",
		"address":       "Address:",
		"why":           "Why this one:",
		"checked":       "Checked on",
		"again":         "Start a new conversation",
		"gone":          "The conversation has been erased. You can start a new one.",
		"not_erased":    "Erasing doesn't work right now. Please try again soon.",
		"unreachable":   "We can't be reached now. What you type is sent as soon as it can be. You can also phone:",
		"busy":          "You are sending a lot in a row. Please wait a moment.",
		"kind_crisis":   "Help right now",
		"kind_summary":  "This is what I understood",
		"kind_consent":  "Your permission",
		"kind_handover": "Who will help you",
		"kind_plan":     "Your plan",
		"plan_open":     "Read the plan or print it",
		"plan_page":     "Save as web page",
		"plan_pdf":      "Save as PDF",
		"kind_notice":   "Please note",
	}
}
