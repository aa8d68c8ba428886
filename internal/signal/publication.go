package signal

import "candour/internal/calendar"

// Publication is something said in public, or given to us as a comment: media,
// social media, Care Opinion, NHS reviews, free text of the Friends and Family
// Test, praise. People may be identifiable in it.
type Publication struct {
	Outlet    string        `json:"outlet"` // care_opinion, nhs_review, fft, newspaper, broadcast, social, letter
	Link      string        `json:"link,omitempty"`
	Quote     string        `json:"quote,omitempty"`
	Published calendar.Date `json:"published,omitzero"`
	Sentiment Sentiment     `json:"sentiment"` // set by hand
	FFT       int           `json:"fft,omitempty"`
	Replied   bool          `json:"replied,omitempty"` // the provider replied in public
}

// Sentiment is whether a comment is good or bad, as a person read it.
type Sentiment string

// The sentiments.
const (
	SentimentNegative Sentiment = "negative"
	SentimentMixed    Sentiment = "mixed"
	SentimentNeutral  Sentiment = "neutral"
	SentimentPositive Sentiment = "positive"
)

func (p *Publication) validate(k *check, s *Signal) {
	k.need(p.Outlet != "", "outlet", "", "where it was said", "Choose the outlet.")
	switch p.Sentiment {
	case SentimentNegative, SentimentMixed, SentimentNeutral, SentimentPositive:
	default:
		k.add("sentiment", string(p.Sentiment), "negative, mixed, neutral or positive", "Read it and choose one.")
	}
	k.need(p.FFT >= 0 && p.FFT <= 6, "fft", "", "1 very good … 5 very poor, 6 don't know, or empty", "Use the answer of the Friends and Family Test.")
	k.need(s.Kind != KindPraise || p.Sentiment == SentimentPositive || p.Sentiment == SentimentMixed, "sentiment", string(p.Sentiment), "positive or mixed for praise", "File it as a comment when it isn't praise.")
}
