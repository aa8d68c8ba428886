package intake

import (
	"testing"

	"candour/internal/delivery"
)

// Every published file is read unmodified. Rows are counted so that none can be
// lost without notice: accepted, quarantined and skipped add up to the file's.
func TestEveryPublishedFileIsReadAsItIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, source, period, published   string
		accepted, quarantined, skipped, n int
	}{
		{"shmi/shmi-2011-october.csv", "shmi", "R12-2011-03", "2011-10-01", 147, 0, 1, 294},
		{"shmi/shmi-2012-january.csv", "shmi", "R12-2011-06", "2012-01-01", 147, 0, 1, 294},
		{"shmi/shmi-2012-april.csv", "shmi", "R12-2011-09", "2012-04-01", 147, 0, 1, 294},
		{"shmi/shmi-2012-july.csv", "shmi", "R12-2011-12", "2012-07-01", 143, 0, 1, 286},
		{"shmi/shmi-2013-january.csv", "shmi", "R12-2012-06", "2013-01-01", 142, 0, 1, 284},
		{"shmi/shmi-2013-april.csv", "shmi", "R12-2012-09", "2013-04-01", 142, 0, 3, 284},
		{"ae/Monthly-AE-July-2024-revised.csv", "ae-monthly", "2024-07", "", 198, 0, 2, 2178},
		{"ae/Monthly-AE-August-2024.csv", "ae-monthly", "2024-08", "", 198, 0, 2, 2178},
		{"ae/Monthly-AE-September-2024.csv", "ae-monthly", "2024-09", "", 197, 0, 2, 2167},
		{"ae/Monthly-AE-November-2024-revised.csv", "ae-monthly", "2024-11", "", 198, 0, 2, 2178},
		{"ae/Monthly-AE-April-2025.csv", "ae-monthly", "2025-04", "", 198, 0, 2, 2178},
		{"ae/Monthly-AE-June-2025-1-1.csv", "ae-monthly", "2025-06", "", 201, 0, 2, 2211},
		{"ae/June-2025-AE-by-provider-3euC4-1.xlsx", "ae-monthly", "2025-06", "2025-07-10", 366, 0, 40, 2460},
		{"ae/April-2025-AE.csv", "ae-monthly", "2025-04", "", 198, 0, 1, 2178},
		{"ae/June-2025-AE.csv", "ae-monthly", "2025-06", "", 201, 0, 1, 2211},
		{"ae/NHSRdatasets-ae_attendances-2016-2019.csv", "ae-monthly", "2016-04 to 2019-03", "", 12765, 0, 1, 52455},
		{"rtt/Full-CSV-data-file-Jan26-ZIP-4M-WL5BiP.zip", "rtt", "2026-01", "", 75324, 0, 108094, 4074},
		{"hcai/E_coli_April_2013-14.csv", "ecoli", "2013-04 to 2014-03", "2014-08-01", 160, 0, 45, 1920},
		{"hcai/E.coli_2014-15.csv", "ecoli", "2014-04 to 2015-03", "2015-09-01", 155, 0, 20, 1860},
		{"hcai/E.coli_CCG_2013-14.csv", "ecoli", "2013-04 to 2014-03", "2015-02-01", 211, 0, 55, 2532},
		{"hcai/Ecoli_2019-20.csv", "ecoli", "2019-03 to 2020-03", "", 13260, 0, 18136, 13260},
		{"hcai/Ecoli_2021-22.csv", "ecoli", "2021-04 to 2022-04", "", 15990, 0, 9595, 15990},
		{"hcai/E-coli_monthly_byreagon.xlsx", "ecoli", "2023-10 to 2024-10", "2024-11-18", 9477, 0, 9481, 9477},
		{"hcai/Temporal_Rates.ods", "bacteraemia-annual", "FY2012 to FY2023", "2024-09-26", 24, 0, 146, 48},
		{"ods/etr-2021-01.csv", "ods", "", "", 241, 0, 0, 0},
		{"ods/etr-2025-07.csv", "ods", "", "", 210, 0, 0, 0},
		{"ods/eccg.csv", "ods", "", "", 320, 0, 0, 0},
		{"geo/Hospital.csv", "geography", "", "", 1234, 0, 1, 0},
		{"geo/System-Mapping.csv", "geography", "", "", 208, 0, 1, 0},
		{"geo/icb_names_codes_dec_2024.csv", "geography", "", "", 42, 0, 1, 0},
		{"cancer/gold_62d_trust_month.csv", "cancer-62d", "2023-10 to 2025-09", "", 3531, 0, 25, 3531},
		{"cqc/Locations-head.csv", "cqc-locations", "2010-06-17 to 2025-08-26", "", 999, 0, 1, 5994},
		{"staff_survey/data.NHS.2012_2019.csv", "staff-survey", "2012 to 2019", "", 1084, 0, 1, 6504},
		{"staff_survey/data_trusts_well-being-organisational-results.csv", "staff-survey", "2021 to 2024", "", 1069, 6, 1, 10690},
		{"beds/Beds-Open-Overnight-Q1-2010-11-revised-2012-05-24.xls", "beds", "2010-Q2", "2012-05-24", 290, 0, 9, 870},
		{"beds/Beds-Timeseries-2010-11-onwards-Q2-2024-25-2.xls", "beds", "2010-Q2 to 2024-Q3", "2024-11-21", 58, 0, 17, 174},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			l, _ := newLoader(t)
			r := loadPublic(t, l, c.file, Options{})
			want := delivery.Accepted
			if c.quarantined > 0 {
				want = delivery.Partly
			}
			published := ""
			if !r.Delivery.Published.IsZero() {
				published = r.Delivery.Published.Format("2006-01-02")
			}
			if r.Status != want || r.Source != c.source || r.Period != c.period || published != c.published {
				t.Errorf("got %s %s %q published %q; want %s %s %q %q: %+v", r.Status, r.Source, r.Period, published, want, c.source, c.period, c.published, r.Messages)
			}
			if r.Accepted != c.accepted || r.Quarantined != c.quarantined || r.Delivery.Skipped != c.skipped || r.Delivery.New != c.n {
				t.Errorf("rows accepted %d, quarantined %d, skipped %d, values %d; want %d, %d, %d, %d",
					r.Accepted, r.Quarantined, r.Delivery.Skipped, r.Delivery.New, c.accepted, c.quarantined, c.skipped, c.n)
			}
			if again := loadPublic(t, l, c.file, Options{}); again.Status != delivery.Known || again.Source != c.source {
				t.Errorf("the same bytes again: %s of %q, want known", again.Status, again.Source)
			}
		})
	}
}
